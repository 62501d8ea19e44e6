internal import Octets

/// One line of a reply, without its line end.
struct ReplyLine: Sendable, Hashable {
    /// The code.
    let code: ReplyCode
    /// Whether the reply ends with this line.
    let isLast: Bool
    /// The text, any octets.
    let text: [UInt8]

    /// Reads one line.
    ///
    /// ```
    /// Reply-line = *( Reply-code "-" [ textstring ] CRLF )
    ///              Reply-code [ SP textstring ] CRLF
    /// Reply-code = %x32-35 %x30-35 %x30-39             ; RFC 5321 §4.2
    /// ```
    /// The second digit may be any, as codes that nobody lists are to be taken by their first; text may be any octets,
    /// or none at all, with or without the space.
    init(_ octets: Span<UInt8>) throws(GrammarError) {
        var value: UInt16 = 0
        for index in 0..<3 {
            guard index < octets.count, octets[index].isDigit else {
                throw GrammarError(rule: "Reply-code", offset: index, in: octets)
            }
            value = value * 10 + UInt16(octets[index] &- 0x30)
        }
        guard let code = ReplyCode(value) else { throw GrammarError(rule: "Reply-code", offset: 0, in: octets) }
        self.code = code
        let separator = octets.count > 3 ? octets[3] : ASCII.space
        guard separator == ASCII.space || separator == ASCII.hyphen else {
            throw GrammarError(rule: "Reply-line", offset: 3, in: octets)
        }
        isLast = separator == ASCII.space
        text = octets.count > 4 ? [UInt8](copying: octets.extracting(4..<octets.count)) : []
    }
}
