/// A message that the server took over, for at least one recipient.
public struct Delivery: Sendable, Hashable {
    /// The answer to every RCPT, in the envelope's order.
    public let recipients: [RecipientResult]
    /// The answer to the whole message: from here on the server answers for it (RFC 5321 §4.2.5).
    public let reply: SMTPReply

    /// A message taken with `reply`, for those of `recipients` that were accepted.
    public init(recipients: [RecipientResult], reply: SMTPReply) {
        self.recipients = recipients
        self.reply = reply
    }

    /// Those the server took the message for.
    public var acceptedRecipients: [RecipientResult] { recipients.filter(\.isAccepted) }

    /// Those who will not get it from this server: a 4yz reply may be tried again, a 5yz reply not.
    public var refusedRecipients: [RecipientResult] { recipients.filter { !$0.isAccepted } }
}
