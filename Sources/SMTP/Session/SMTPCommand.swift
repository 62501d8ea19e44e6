public import SASL

/// What a caller can ask of a session.
///
/// Commands are answered strictly in order, one at a time; only the commands of one transaction go out together.
public enum SMTPCommand: Sendable {
    /// EHLO, and HELO where the server knows only that (RFC 5321 §4.1.1.1).
    case hello(EHLOArgument)
    /// STARTTLS (RFC 3207).
    case startTLS
    /// AUTH, by the strongest mechanism that server and credential have in common (RFC 4954).
    case authenticate(Credential)
    /// MAIL, RCPT for each recipient, and DATA.
    case send(SMTPEnvelope, ContentDescription)
    /// The next octets of the message, once `contentWanted` has come: in pieces of any size, not encoded.
    case content([UInt8])
    /// The message is complete.
    case endOfContent
    /// RSET: forgets a transaction that was begun.
    case reset
    /// NOOP: nothing, but an answer.
    case noop
    /// QUIT: the orderly end.
    case quit
}
