/// What a program printed as `name=value`.
struct Fields {
    struct Missing: Error {
        let name: String
    }

    private var values: [String: Double] = [:]

    mutating func read(_ line: String) {
        for word in line.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2, let value = Double(parts[1]) { values[String(parts[0])] = value }
        }
    }

    subscript(_ name: String) -> Double {
        get throws {
            guard let value = values[name] else { throw Missing(name: name) }
            return value
        }
    }

    /// The time that its threads ran, in nanoseconds.
    var processorTime: Double { get throws { try self["user"] + self["system"] } }
}
