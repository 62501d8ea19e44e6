internal import Octets

/// The name of a mailbox: the octets the server knows it by, and the text people read.
///
/// RFC 3501 §5.1.3 writes names in modified UTF-7. The octets are the identity, since servers hold names that are not
/// modified UTF-7; two names are equal when their octets are, or when both are INBOX in any case.
public struct MailboxName: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The octets as they go on the wire.
    public let octets: [UInt8]

    /// A name as people write it, put into modified UTF-7.
    public init(_ text: String) {
        self.init(octets: ModifiedUTF7.encode(text))
    }

    /// A name as people write it.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// A name by the octets that go on the wire.
    public init(octets: [UInt8]) {
        self.octets = octets.span.equalsIgnoringCase("INBOX") ? Array("INBOX".utf8) : octets
    }

    /// The mailbox that every account has (RFC 3501 §5.1).
    public static let inbox = MailboxName(octets: Array("INBOX".utf8))

    /// The name as people read it; octets that are not modified UTF-7 are shown as they are, as UTF-8 with U+FFFD
    /// where they are not.
    public var text: String {
        ModifiedUTF7.decode(octets.span) ?? String(decoding: octets, as: UTF8.self)
    }

    /// The text with control characters escaped.
    public var description: String { text.escapedForDisplay }
}
