public import Octets

/// The name of a message that lasts from session to session (RFC 1939 §7, "unique-id").
///
/// Two identical copies of a message may have the same one.
public struct UniqueID: Sendable, Hashable, CustomStringConvertible {
    /// The octets, compared to the letter.
    public let octets: [UInt8]

    /// The most octets RFC 1939 allows.
    public static let standardLength = 70

    /// The unique-id of that text, such as one that was kept from an earlier session.
    ///
    /// - Throws: `GrammarError` for what no server can have sent: nothing, or a control character.
    public init(_ text: String) throws(GrammarError) {
        try self.init(uniqueID: Array(text.utf8).span, limit: .max, quirks: .standard)
    }

    /// Reads the whole of `span`.
    ///
    /// ```
    /// unique-id = 1*70(%x21-7E)                    ; RFC 1939 §7, in words
    /// ```
    /// With `uncommonUniqueIDs` it may be up to `limit` octets long and hold any octet that is no control character.
    init(uniqueID span: Span<UInt8>, limit: Int, quirks: POP3Quirks) throws(GrammarError) {
        let isTolerant = quirks.contains(.uncommonUniqueIDs)
        let most = isTolerant ? max(limit, Self.standardLength) : Self.standardLength
        guard !span.isEmpty else { throw GrammarError(rule: "unique-id", offset: 0, in: span) }
        guard span.count <= most else { throw GrammarError(rule: "unique-id", offset: most, in: span) }
        for index in 0..<span.count {
            let octet = span[index]
            guard isTolerant ? !octet.isControl : (0x21...0x7E).contains(octet) else {
                throw GrammarError(rule: "unique-id", offset: index, in: span)
            }
        }
        octets = [UInt8](copying: span)
    }

    /// The text; fit for a terminal, and equal to what the server sent where that was printable.
    public var description: String { EscapedOctets(octets.span).description }
}
