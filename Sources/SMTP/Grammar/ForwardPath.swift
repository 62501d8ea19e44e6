public import Octets

/// Whom a message is for: the argument of RCPT (RFC 5321 §4.1.1.3).
///
/// ```
/// rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters] CRLF
/// ```
/// Source routes are not made: RFC 5321 appendix C advises against them.
public struct ForwardPath: Sendable, Hashable, CustomStringConvertible {
    /// The mailbox; nil for the postmaster of the server itself.
    public let mailbox: SMTPMailbox?

    /// `<Postmaster>`: whoever looks after the server that is spoken to.
    public static let postmaster = ForwardPath(mailbox: nil)

    private init(mailbox: SMTPMailbox?) {
        self.mailbox = mailbox
    }

    /// The path to `mailbox`.
    public init(_ mailbox: SMTPMailbox) {
        self.mailbox = mailbox
    }

    /// The path to the mailbox written in `text`, without angle brackets; `Postmaster` in any case is the server's own.
    public init(_ text: String) throws(GrammarError) {
        self.mailbox = Array(text.utf8).span.equalsIgnoringCase("Postmaster") ? nil : try SMTPMailbox(text)
    }

    /// As it is sent, with angle brackets.
    public var description: String { "<\(mailbox?.description ?? "Postmaster")>" }
}
