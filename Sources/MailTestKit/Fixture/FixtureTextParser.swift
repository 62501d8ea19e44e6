internal import Octets

/// Undoes the escapes of one line.
struct FixtureTextParser {
    /// Whether `{secret:…}` may stand here.
    let allowsSecrets: Bool

    /// The most octets a line may stand for: enough for any limit worth testing.
    static let limit = 64 << 20

    /// The text of a whole line.
    func text(_ line: Span<UInt8>) throws(FixtureError) -> FixtureText {
        var cursor = OctetCursor(line)
        var text = FixtureText()
        while !cursor.isAtEnd { try element(&cursor, into: &text, isSecret: false) }
        return text
    }

    /// The words of a line: parted by spaces, but not inside `"…"`; `""` is a word without octets.
    func words(_ line: Span<UInt8>) throws(FixtureError) -> [FixtureText] {
        var cursor = OctetCursor(line)
        var words: [FixtureText] = []
        while true {
            _ = cursor.takeRange { $0 == ASCII.space }
            if cursor.isAtEnd { return words }
            var word = FixtureText()
            while let octet = cursor.peek, octet != ASCII.space {
                if cursor.skip(ASCII.quote) {
                    while !cursor.skip(ASCII.quote) {
                        guard !cursor.isAtEnd else { throw FixtureError("a quote is not closed") }
                        try element(&cursor, into: &word, isSecret: false)
                    }
                } else {
                    try element(&cursor, into: &word, isSecret: false)
                }
            }
            words.append(word)
        }
    }

    /// One octet, escape, capture, repetition or secret.
    private func element(
        _ cursor: inout OctetCursor, into text: inout FixtureText, isSecret: Bool
    ) throws(FixtureError) {
        if cursor.skip(ASCII.backslash) { return try escape(&cursor, into: &text, isSecret: isSecret) }
        if cursor.skipExactly("${") { return text.append(capture: try captureName(&cursor), isSecret: isSecret) }
        if cursor.skipExactly("{secret:") {
            guard allowsSecrets, !isSecret else {
                throw FixtureError("{secret:…} marks what the client writes, in C: lines; elsewhere write \\{secret:")
            }
            return text.append(try group(&cursor, isSecret: true))
        }
        if let octet = cursor.next() { text.append([octet], isSecret: isSecret) }
    }

    /// What stands behind a backslash.
    private func escape(
        _ cursor: inout OctetCursor, into text: inout FixtureText, isSecret: Bool
    ) throws(FixtureError) {
        guard let kind = cursor.next() else { throw FixtureError("a backslash stands alone; \\\\ is a backslash") }
        switch kind {
        case UInt8(ascii: "r"): text.append([ASCII.cr], isSecret: isSecret)
        case UInt8(ascii: "n"): text.append([ASCII.lf], isSecret: isSecret)
        case UInt8(ascii: "t"): text.append([ASCII.htab], isSecret: isSecret)
        case ASCII.backslash, ASCII.quote, ASCII.dollar, ASCII.openBrace, ASCII.closeBrace:
            text.append([kind], isSecret: isSecret)
        case UInt8(ascii: "x"):
            guard let high = cursor.next()?.hexadecimalValue, let low = cursor.next()?.hexadecimalValue else {
                throw FixtureError("\\x takes two hexadecimal digits")
            }
            text.append([high << 4 | low], isSecret: isSecret)
        case ASCII.asterisk:
            guard let times: UInt32 = cursor.number(), cursor.skip(ASCII.openBrace) else {
                throw FixtureError("\\* is followed by a number and {text}; \\\\* is a backslash and an asterisk")
            }
            let repeated = try group(&cursor, isSecret: isSecret)
            let (total, overflowed) = repeated.count.multipliedReportingOverflow(by: Int(times))
            guard !overflowed, total <= Self.limit - text.count else {
                throw FixtureError("the line stands for more than \(Self.limit) octets")
            }
            text.append(repeated, times: Int(times))
        default:
            let shown = FixtureNotation.escaped([kind].span)
            throw FixtureError("\\\(shown) is no escape; a backslash is written \\\\")
        }
    }

    /// What stands up to the `}` that closes a group; braces inside are balanced or escaped.
    private func group(_ cursor: inout OctetCursor, isSecret: Bool) throws(FixtureError) -> FixtureText {
        var text = FixtureText()
        var depth = 0
        while let octet = cursor.peek {
            if octet == ASCII.closeBrace {
                if depth == 0 {
                    _ = cursor.next()
                    return text
                }
                depth -= 1
            } else if octet == ASCII.openBrace, !cursor.isBefore("{secret:") {
                depth += 1
            }
            try element(&cursor, into: &text, isSecret: isSecret)
        }
        throw FixtureError("a { is not closed; a brace alone is written \\{ or \\}")
    }

    private func captureName(_ cursor: inout OctetCursor) throws(FixtureError) -> String {
        let name = String(decoding: cursor.take { $0.isAlpha || $0.isDigit || $0 == ASCII.hyphen })
        guard !name.isEmpty, cursor.skip(ASCII.closeBrace) else {
            throw FixtureError("a capture is ${name}, of letters, digits and hyphens; \\$ is a dollar sign")
        }
        return name
    }
}

extension OctetCursor {
    /// Whether `text` is next, to the letter.
    fileprivate func isBefore(_ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount <= remaining else { return false }
        return octets.extracting(position..<(position + text.utf8CodeUnitCount)).equals(text)
    }

    /// Passes `text` if it is next, to the letter.
    fileprivate mutating func skipExactly(_ text: StaticString) -> Bool {
        guard isBefore(text) else { return false }
        move(to: position + text.utf8CodeUnitCount)
        return true
    }
}
