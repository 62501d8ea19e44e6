public import SASL

/// What a caller can ask of a session.
///
/// Commands are answered strictly in order. Several may be outstanding where the server offers PIPELINING.
public enum POP3Command: Sendable {
    /// CAPA (RFC 2449 §5).
    case capabilities
    /// STLS (RFC 2595 §4).
    case startTLS
    /// AUTH with the strongest mechanism that server and credential have in common (RFC 5034), or USER and PASS (RFC 1939 §7).
    case authenticate(Credential)
    /// STAT.
    case statistics
    /// LIST, of one message or of all.
    case list(POP3MessageNumber?)
    /// UIDL, of one message or of all.
    case uniqueIDs(POP3MessageNumber?)
    /// RETR.
    case retrieve(POP3MessageNumber)
    /// TOP: the header and so many lines of the body.
    case top(POP3MessageNumber, lines: UInt32)
    /// DELE: marks a message as deleted; QUIT removes it.
    case delete(POP3MessageNumber)
    /// RSET: takes the marks back.
    case reset
    /// NOOP: nothing, but an answer.
    case noop
    /// QUIT: removes what is marked, and ends the session.
    case quit
}
