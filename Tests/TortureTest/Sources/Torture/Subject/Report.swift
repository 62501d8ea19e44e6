/// What a subject says about its run: one line of `key=value`, which the runner reads.
struct Report: Sendable {
    private(set) var values: [String: String] = [:]

    init() {}

    /// Reads a line that `line` wrote; nil for another.
    init?(line: Substring) {
        guard line.hasPrefix(Self.mark) else { return nil }
        for word in line.dropFirst(Self.mark.count).split(separator: "\t") {
            guard let sign = word.firstIndex(of: "=") else { return nil }
            values[String(word[..<sign])] = String(word[word.index(after: sign)...])
        }
    }

    subscript(key: String) -> String {
        get { values[key] ?? "" }
        set { values[key] = newValue.map { $0 == "\t" || $0 == "\n" ? " " : String($0) }.joined() }
    }

    func number(_ key: String) -> Int { Int(self[key]) ?? 0 }

    var line: String {
        Self.mark + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\t")
    }

    private static let mark = "report: "
}
