internal import Octets

/// Octets in the notation of fixtures, so that what a message shows can be put into a file.
enum FixtureNotation {
    /// The first `limit` octets escaped, with a note behind them where there are more.
    static func escaped(_ octets: Span<UInt8>, limit: Int = .max) -> String {
        let shown = octets.extracting(0..<min(octets.count, limit))
        var text = ""
        var index = 0
        while index < shown.count {
            let octet = shown[index]
            if octet >= 0x80 {
                var end = index
                while end < shown.count, shown[end] >= 0x80 { end += 1 }
                text += EscapedOctets(shown.extracting(index..<end)).description
                index = end
                continue
            }
            switch octet {
            case ASCII.backslash: text += "\\\\"
            case ASCII.cr: text += "\\r"
            case ASCII.lf: text += "\\n"
            case ASCII.htab: text += "\\t"
            case ASCII.dollar where index + 1 < shown.count && shown[index + 1] == ASCII.openBrace: text += "\\$"
            case let control where control.isControl: text += EscapedOctets([control].span).description
            default: text.unicodeScalars.append(Unicode.Scalar(octet))
            }
            index += 1
        }
        if shown.count < octets.count { text += "… (\(octets.count - shown.count) octets more)" }
        return text
    }

    /// Octets as an engine wrote them, with its secret ranges marked as `C:` lines mark them.
    static func escaped(_ wire: WireOctets, limit: Int = .max) -> String {
        var text = ""
        var position = 0
        let octets = wire.octets.span
        let end = min(octets.count, limit)
        for range in wire.secretRanges where range.lowerBound < end {
            text += escaped(octets.extracting(position..<range.lowerBound))
            position = min(range.upperBound, end)
            text += "{secret:\(escaped(octets.extracting(range.lowerBound..<position)))}"
        }
        return text + escaped(octets.extracting(position..<octets.count), limit: end - position)
    }
}

extension ASCII {
    /// `$`.
    static let dollar: UInt8 = 0x24
    /// `{`.
    static let openBrace: UInt8 = 0x7B
    /// `}`.
    static let closeBrace: UInt8 = 0x7D
}

extension String {
    /// This text in the notation of fixtures.
    var escapedForFixture: String { FixtureNotation.escaped(Array(utf8).span) }
}
