public import Octets

/// Who is told when a message cannot be delivered: the argument of MAIL (RFC 5321 §4.1.1.2).
///
/// ```
/// Reverse-path = Path / "<>"
/// ```
public struct ReversePath: Sendable, Hashable, CustomStringConvertible {
    /// The mailbox; nil for the null reverse-path `<>`, which asks that nobody be told (RFC 5321 §4.5.5).
    public let mailbox: SMTPMailbox?

    /// `<>`, for notifications alone (RFC 5321 §4.5.5).
    public static let null = ReversePath(mailbox: nil)

    private init(mailbox: SMTPMailbox?) {
        self.mailbox = mailbox
    }

    /// The path to `mailbox`.
    public init(_ mailbox: SMTPMailbox) {
        self.mailbox = mailbox
    }

    /// The path to the mailbox written in `text`, without angle brackets; an empty one is refused, see `null`.
    public init(_ text: String) throws(GrammarError) {
        try self.init(SMTPMailbox(text))
    }

    /// As it is sent, with angle brackets.
    public var description: String { "<\(mailbox?.description ?? "")>" }
}
