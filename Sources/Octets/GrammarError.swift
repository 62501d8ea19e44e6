/// Octets that do not follow the grammar: which rule, where, and what stood there.
public struct GrammarError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The ABNF rule that was not met, as the RFC names it.
    public let rule: String

    /// The offset of the first octet that does not fit, from the start of the line, response or field.
    public let offset: Int

    /// What stood at the offset: at most 32 octets, escaped.
    public let excerpt: String

    /// An error at `offset` of `octets`, where `rule` does not go on.
    public init(rule: String, offset: Int, in octets: Span<UInt8>) {
        let start = min(max(offset, 0), octets.count)
        self.rule = rule
        self.offset = start
        self.excerpt = EscapedOctets(octets.extracting(start..<octets.count), limit: 32).description
    }

    /// The rule, the offset and the excerpt in a sentence.
    public var description: String {
        "octet \(offset) does not fit <\(rule)>: \(excerpt.isEmpty ? "end of data" : "\"\(excerpt)\"")"
    }
}
