internal import Octets

/// What one look at octets tells about how they can be sent.
public struct ContentSurvey: Sendable, Hashable {
    /// The number of octets.
    public private(set) var count = 0
    /// The number of octets outside ASCII: without any, no 8BITMIME (RFC 6152) is needed.
    public private(set) var eightBitCount = 0
    /// Whether there is a NUL, which nothing but BINARYMIME (RFC 3030) carries.
    public private(set) var hasNUL = false
    /// Whether there is a CR without a LF behind it.
    public private(set) var hasBareCR = false
    /// Whether there is a LF without a CR before it.
    public private(set) var hasBareLF = false
    /// The length of the longest line in octets, its line end not counted (RFC 5321 §4.5.3.1.6 allows 998).
    public private(set) var longestLine = 0
    /// The number of octets that quoted-printable would write as escapes.
    private(set) var escapedCount = 0

    /// Whether there is an octet outside ASCII.
    public var hasEightBit: Bool { eightBitCount > 0 }

    /// Whether these are lines of ASCII that every mail server takes: `7bit` of RFC 2045 §2.7.
    public var isSevenBit: Bool { !hasEightBit && isLines }

    /// Whether these are lines that a server with 8BITMIME takes: `8bit` of RFC 2045 §2.8.
    public var isLines: Bool { !hasNUL && !hasBareCR && !hasBareLF && longestLine <= 998 }

    /// Looks at `octets` once.
    public init(_ octets: Span<UInt8>) {
        count = octets.count
        var lineStart = 0
        while lineStart < octets.count {
            let lineFeed = octets.firstOffset(of: ASCII.lf, from: lineStart)
            var end = lineFeed ?? octets.count
            if lineFeed != nil {
                if end > lineStart, octets[end - 1] == ASCII.cr { end -= 1 } else { hasBareLF = true }
            }
            survey(octets.extracting(lineStart..<end))
            lineStart = (lineFeed ?? octets.count - 1) + 1
        }
    }

    private mutating func survey(_ line: Span<UInt8>) {
        longestLine = max(longestLine, line.count)
        for index in line.indices {
            let octet = line[index]
            if octet >= 0x80 { eightBitCount += 1 }
            if octet < 0x20 || octet >= 0x7F || octet == UInt8(ascii: "=") {
                if octet == 0 { hasNUL = true }
                if octet == ASCII.cr { hasBareCR = true }
                if octet != ASCII.htab { escapedCount += 1 }
            }
        }
    }
}

extension Message {
    /// What one look at the message tells about how it can be sent. Each call looks.
    public var survey: ContentSurvey {
        let octets = index.octets
        return ContentSurvey(octets.span)
    }
}
