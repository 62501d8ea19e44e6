/// How long each answer may take, whatever arrives meanwhile. The defaults are the least that RFC 5321 §4.5.3.2 asks
/// of clients.
public struct SMTPTimeouts: Sendable, Hashable {
    /// The greeting; 5 minutes by default.
    public var greeting: Duration = .seconds(300)
    /// EHLO, STARTTLS with its handshake, RSET, NOOP; 5 minutes by default.
    public var command: Duration = .seconds(300)
    /// A whole SASL exchange; 5 minutes by default.
    public var authentication: Duration = .seconds(300)
    /// MAIL; 5 minutes by default.
    public var mail: Duration = .seconds(300)
    /// Each RCPT; 5 minutes by default.
    public var recipient: Duration = .seconds(300)
    /// DATA; 2 minutes by default.
    public var dataInitiation: Duration = .seconds(120)
    /// Each piece of the message, of at most 64 KiB, to leave; 3 minutes by default.
    public var dataBlock: Duration = .seconds(180)
    /// The answer to the whole message; 10 minutes by default. A shorter one makes doubles (RFC 1047).
    public var dataTermination: Duration = .seconds(600)

    /// The defaults.
    public init() {}
}
