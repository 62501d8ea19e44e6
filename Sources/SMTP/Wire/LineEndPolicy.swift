/// What becomes of a CR without LF, and of a LF without CR, in a message (RFC 5321 §2.3.8 forbids both).
public enum LineEndPolicy: Sendable, Hashable {
    /// Each is a line end of its own and is sent as CRLF.
    case normalize
    /// Either is an error: the message is not sent.
    case refuse
}
