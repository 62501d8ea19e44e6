internal import Octets

/// The header fields that name recipients whom the others must not see (RFC 5322 §3.6.3).
enum BlindCopies {
    /// `message` without its Bcc and Resent-Bcc fields.
    ///
    /// A line ends here wherever it will end once it is sent, so also behind a CR or LF by itself: what only becomes
    /// a Bcc field on the way is one. The rest is kept octet by octet.
    static func removed(from message: [UInt8]) -> [UInt8] {
        let octets = message.span
        var kept: [UInt8] = []
        kept.reserveCapacity(message.count)
        var start = 0
        var isRemoving = false
        while start < octets.count {
            let (content, next) = line(at: start, in: octets)
            if content == start { break }
            if !octets[start].isWhiteSpace { isRemoving = isBlindCopy(octets.extracting(start..<content)) }
            if !isRemoving { kept.append(contentsOf: message[start..<next]) }
            start = next
        }
        kept.append(contentsOf: message[start...])
        return kept
    }

    /// Where the content of the line at `start` ends, and where the next line begins.
    private static func line(at start: Int, in octets: Span<UInt8>) -> (content: Int, next: Int) {
        var end = start
        while end < octets.count, octets[end] != ASCII.cr, octets[end] != ASCII.lf { end += 1 }
        guard end < octets.count else { return (end, end) }
        let isPair = octets[end] == ASCII.cr && end + 1 < octets.count && octets[end + 1] == ASCII.lf
        return (end, isPair ? end + 2 : end + 1)
    }

    /// Whether a line begins a field of one of the two names; white space before the colon is old but legal (RFC 5322
    /// §4.5).
    private static func isBlindCopy(_ line: Span<UInt8>) -> Bool {
        guard let colon = line.firstOffset(of: 0x3A) else { return false }
        var end = colon
        while end > 0, line[end - 1].isWhiteSpace { end -= 1 }
        let name = line.extracting(0..<end)
        return name.equalsIgnoringCase("Bcc") || name.equalsIgnoringCase("Resent-Bcc")
    }
}
