/// What can happen in a session.
///
/// Every command is answered by exactly one event, or by `contentBegan`, any number of `content`, and `contentEnded`.
public enum POP3Event: Sendable {
    /// The server is ready.
    case greeting(POP3Response)
    /// CAPA was answered: this is what the server offers.
    case capabilities(POP3Capabilities)
    /// TLS is up; whatever the server said before is forgotten.
    case tlsEstablished
    /// The authentication succeeded, and the maildrop is locked.
    case authenticated(POP3Response)
    /// STAT was answered.
    case statistics(DropListing)
    /// LIST was answered.
    case listings([ScanListing])
    /// UIDL was answered.
    case uniqueIDs([UniqueIDListing])
    /// RETR or TOP was accepted, and the message follows.
    case contentBegan(POP3Response)
    /// The next octets of the message, byte-stuffing undone; never empty.
    case content([UInt8])
    /// The message is complete.
    case contentEnded
    /// DELE, RSET or NOOP, the verb, was answered with `+OK`.
    case completed(String, POP3Response)
    /// A command was refused, and the session can go on.
    case refused(POP3Error)
    /// The session ended with QUIT: with the server's answer, or without one where it just closed.
    case closed(POP3Response?, DeletionOutcome)
}
