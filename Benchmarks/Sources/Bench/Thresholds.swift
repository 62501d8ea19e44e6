import Glibc

/// The most allocations that each operation may take: lines of `number name`, `#` before a remark.
struct Thresholds {
    struct Unreadable: Error {
        let path: String
    }

    struct Unknown: Error {
        let name: String
    }

    private var values: [String: Double] = [:]

    init(path: String) throws {
        guard let file = unsafe fopen(path, "r") else { throw Unreadable(path: path) }
        // Holds: the stream is this function's own, closed once.
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        // Holds: no more is written than the line has room for, with a NUL behind it.
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let words = text.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let value = Double(words[0]) else { continue }
            values[String(words[1].prefix { $0 != "\n" })] = value
        }
    }

    subscript(_ name: String) -> Double {
        get throws {
            guard let value = values[name] else { throw Unknown(name: name) }
            return value
        }
    }
}
