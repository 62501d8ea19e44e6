/// The text of a Swift file without what is not code: comments and the contents of strings are blank, the lines stay where they are.
struct SourceText {
    /// One entry a line, without its end.
    let lines: [String]

    init(_ text: String) {
        var scanner = SourceScanner(text)
        scanner.scan()
        let blanked = String(decoding: scanner.octets, as: UTF8.self)
        lines = blanked.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Each line that is not blank, with its number from 1.
    var numbered: [(number: Int, text: String)] {
        lines.enumerated().filter { $0.element.contains { $0 != " " } }.map { ($0.offset + 1, $0.element) }
    }

    /// The identifiers and keywords of a line.
    static func words(of line: String) -> [String] {
        line.split { !isWordCharacter($0) }.map(String.init)
    }

    static func isWordCharacter(_ character: Character) -> Bool {
        character == "_" || character.isLetter || character.isNumber
    }
}

/// Blanks comments and string contents, and goes on inside `\(…)`, which is code again.
private struct SourceScanner {
    var octets: [UInt8]
    private var position = 0

    init(_ text: String) {
        octets = Array(text.utf8)
    }

    mutating func scan() {
        scanCode(untilParenthesis: false)
    }

    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while position < octets.count {
            if starts(with: "/", "/") {
                blank(while: { $0 != UInt8(ascii: "\n") })
            } else if starts(with: "/", "*") {
                blankBlockComment()
            } else if let fence = openingFence() {
                scanString(fence)
            } else {
                if octets[position] == UInt8(ascii: "(") { depth += 1 }
                if octets[position] == UInt8(ascii: ")") {
                    if untilParenthesis, depth == 0 { return }
                    depth -= 1
                }
                position += 1
            }
        }
    }

    /// How a string was opened: so many `#`, and one or three quotation marks.
    private struct Fence {
        let hashes: Int
        let quotes: Int
    }

    private func openingFence() -> Fence? {
        var index = position
        while index < octets.count, octets[index] == UInt8(ascii: "#") { index += 1 }
        let hashes = index - position
        guard index < octets.count, octets[index] == UInt8(ascii: "\"") else { return nil }
        let isMultiline = count(UInt8(ascii: "\""), from: index) >= 3
        return Fence(hashes: hashes, quotes: isMultiline ? 3 : 1)
    }

    private mutating func scanString(_ fence: Fence) {
        position += fence.hashes + fence.quotes
        while position < octets.count {
            let octet = octets[position]
            if octet == UInt8(ascii: "\""), closes(fence) {
                position += fence.quotes + fence.hashes
                return
            }
            if octet == UInt8(ascii: "\n") {
                position += 1
                if fence.quotes == 1 { return }
            } else if octet == UInt8(ascii: "\\"), count(UInt8(ascii: "#"), from: position + 1) >= fence.hashes {
                blank(1 + fence.hashes)
                if position < octets.count, octets[position] == UInt8(ascii: "(") {
                    position += 1
                    scanCode(untilParenthesis: true)
                    position += 1
                } else {
                    blank(1)
                }
            } else {
                blank(1)
            }
        }
    }

    private func closes(_ fence: Fence) -> Bool {
        count(UInt8(ascii: "\""), from: position) >= fence.quotes
            && count(UInt8(ascii: "#"), from: position + fence.quotes) >= fence.hashes
    }

    private mutating func blankBlockComment() {
        var depth = 0
        while position < octets.count {
            if starts(with: "/", "*") {
                depth += 1
                blank(2)
            } else if starts(with: "*", "/") {
                depth -= 1
                blank(2)
                if depth == 0 { return }
            } else {
                blank(1)
            }
        }
    }

    private func starts(with first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        position + 1 < octets.count && octets[position] == UInt8(ascii: first)
            && octets[position + 1] == UInt8(ascii: second)
    }

    private func count(_ octet: UInt8, from start: Int) -> Int {
        var index = start
        while index < octets.count, octets[index] == octet { index += 1 }
        return max(0, index - start)
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where position < octets.count {
            if octets[position] != UInt8(ascii: "\n") { octets[position] = UInt8(ascii: " ") }
            position += 1
        }
    }

    private mutating func blank(while condition: (UInt8) -> Bool) {
        while position < octets.count, condition(octets[position]) { blank(1) }
    }
}
