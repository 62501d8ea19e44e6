internal import Octets

/// What the server said to one RCPT.
public struct RecipientResult: Sendable, Hashable, CustomStringConvertible {
    /// Whom RCPT named.
    public let recipient: ForwardPath
    /// The server's answer to it.
    public let reply: SMTPReply

    /// The answer `reply` to RCPT for `recipient`.
    public init(recipient: ForwardPath, reply: SMTPReply) {
        self.recipient = recipient
        self.reply = reply
    }

    /// Whether the server took the recipient.
    public var isAccepted: Bool { !reply.code.isNegative }

    /// The path and the reply; fit for a terminal.
    public var description: String { "\(recipient.description.escapedForDisplay) \(reply)" }
}
