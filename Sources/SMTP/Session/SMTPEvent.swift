/// What can happen in a session.
public enum SMTPEvent: Sendable {
    /// The server is ready (220).
    case greeting(SMTPReply)
    /// EHLO or HELO was accepted: this is what the server offers.
    case extensions(ServiceExtensions, SMTPReply)
    /// TLS is up; whatever the server said before is forgotten, and EHLO is due again.
    case tlsEstablished
    /// AUTH succeeded.
    case authenticated(SMTPReply)
    /// The server answered MAIL; a refusal is followed by `undelivered`.
    case sender(SMTPReply)
    /// The server answered the next RCPT.
    case recipient(RecipientResult)
    /// The server waits for the message (354).
    case contentWanted(SMTPReply)
    /// The server took the message over.
    case delivered(Delivery)
    /// The transaction failed, and the session can go on.
    case undelivered(SMTPError)
    /// RSET or NOOP, the verb, was answered.
    case completed(String, SMTPReply)
    /// A command outside a transaction was refused, and the session can go on.
    case refused(SMTPError)
    /// The session ended in an orderly way: with the answer to QUIT, or without one where the server just closed.
    case closed(SMTPReply?)
}
