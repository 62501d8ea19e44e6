/// How a response begins: the status indicators of RFC 1939 §3, and the `+` of a SASL challenge (RFC 5034 §5).
public enum POP3Status: Sendable, Hashable, CustomStringConvertible {
    /// `+OK`.
    case ok
    /// `-ERR`.
    case err
    /// `+`: the server waits for the next response of the authentication exchange.
    case continueRequest

    /// The indicator as it is sent.
    public var description: String {
        switch self {
        case .ok: "+OK"
        case .err: "-ERR"
        case .continueRequest: "+"
        }
    }
}
