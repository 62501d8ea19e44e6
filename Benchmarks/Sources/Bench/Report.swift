/// Prints rows as they come: a table for people, or JSON.
struct Report {
    let isJSON: Bool
    private(set) var misses = 0

    init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    func begin() {
        guard !isJSON else { return }
        printColumns(["what", "Mailwire", "least–most", "floor", "least–most", "ratio", "target", ""])
    }

    mutating func add(_ row: Row) {
        if row.isMet == false { misses += 1 }
        if isJSON { printJSON(row) } else { printLine(row) }
    }

    func end() {
        guard !isJSON else { return }
        print(misses == 0 ? "every target is met" : "\(misses) targets are missed")
    }

    private func printLine(_ row: Row) {
        let unit = row.unit.rawValue
        var columns = [row.name, "\(row.unit.shown(row.ours.median)) \(unit)", range(row.ours, row.unit)]
        columns.append(row.floor.map { "\(row.unit.shown($0.median)) \(unit)" } ?? "")
        columns.append(row.floor.map { range($0, row.unit) } ?? "")
        columns.append(row.ratio.map { $0.text(digits: 2) } ?? "")
        columns.append(row.target?.text(row.unit) ?? "")
        columns.append(row.isMet.map { $0 ? "met" : "MISSED" } ?? "")
        printColumns(columns)
    }

    private func range(_ spread: Spread, _ unit: Row.Unit) -> String {
        "\(unit.shown(spread.least))–\(unit.shown(spread.most))"
    }

    private func printColumns(_ columns: [String]) {
        let widths = [46, 12, 17, 12, 17, 6, 17, 6]
        let cells = zip(columns, widths).enumerated().map { index, cell in
            let space = String(repeating: " ", count: max(cell.1 - cell.0.count, 0))
            return index == 0 ? cell.0 + space : space + cell.0
        }
        print(cells.joined(separator: "  "))
    }

    private func printJSON(_ row: Row) {
        var members = [
            "\"name\": \"\(row.name)\"",
            "\"unit\": \"\(row.unit == .octets ? "B" : row.unit == .pieces ? "count" : "ns")\"",
        ]
        func add(_ name: String, _ spread: Spread) {
            members.append("\"\(name)\": [\(spread.least), \(spread.median), \(spread.most)]")
        }
        add("ours", row.ours)
        if let floor = row.floor {
            add("floor", floor)
            members.append("\"floorIs\": \"\(row.floorName)\"")
        }
        if let ratio = row.ratio { members.append("\"ratio\": \(ratio)") }
        if let target = row.target, let isMet = row.isMet {
            members.append("\"target\": \"\(target.text(row.unit))\", \"met\": \(isMet)")
        }
        print("{\(members.joined(separator: ", "))}")
    }
}
