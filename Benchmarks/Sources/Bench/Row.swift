/// One line of the report.
struct Row {
    /// What a figure is counted in.
    enum Unit: String {
        case microseconds = "µs"
        case milliseconds = "ms"
        case octets = "B"
        case pieces = ""

        /// `value`, which is in nanoseconds for times, in this unit.
        func shown(_ value: Double) -> String {
            switch self {
            case .microseconds: (value / 1000).text(digits: 1)
            case .milliseconds: (value / 1_000_000).text(digits: 1)
            case .octets, .pieces: value.text(digits: value < 100 && value != value.rounded() ? 2 : 0)
            }
        }
    }

    let name: String
    let unit: Unit
    let ours: Spread
    /// What it is compared with; nil where it stands alone.
    var floor: Spread?
    /// What the floor is.
    var floorName = ""
    var target: Target?

    /// Ours as a multiple of the floor.
    var ratio: Double? { floor.map { ours.median / max($0.median, 1) } }

    var isMet: Bool? { target.map { $0.isMet(by: self) } }
}

/// What a figure must keep to.
enum Target {
    /// At most so many times the floor.
    case ratio(Double)
    /// At most so much more than the floor.
    case beyond(Double)
    /// At most so much.
    case most(Double)

    func isMet(by row: Row) -> Bool {
        switch self {
        case .ratio(let limit): row.ratio.map { $0 <= limit } ?? false
        case .beyond(let limit): row.floor.map { row.ours.median - $0.median <= limit } ?? false
        case .most(let limit): row.ours.median <= limit
        }
    }

    func text(_ unit: Row.Unit) -> String {
        switch self {
        case .ratio(let limit): "≤ \(limit.text(digits: 2)) ×"
        case .beyond(let limit): "≤ floor + \(unit.shown(limit))"
        case .most(let limit): "≤ \(unit.shown(limit))"
        }
    }
}
