/// When a message arrived at its server, as INTERNALDATE tells (RFC 3501 §2.3.3).
public struct InternalDate: Sendable, Hashable, CustomStringConvertible {
    /// What the server sent, without the quotes.
    public let raw: IMAP4Text

    /// The moment; nil where the server did not send a date-time of RFC 3501.
    public let dateTime: IMAP4DateTime?

    package init(raw: IMAP4Text) {
        self.raw = raw
        dateTime = IMAP4DateTime(raw.octets.span)
    }

    /// What the server sent, escaped for display.
    public var description: String { raw.description }
}
