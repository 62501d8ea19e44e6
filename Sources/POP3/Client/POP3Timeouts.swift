/// How long the server may take. RFC 1939 says nothing about clients' patience.
public struct POP3Timeouts: Sendable, Hashable {
    /// Each whole answer, whatever arrives meanwhile, from when all earlier ones are complete; 60 seconds by default.
    ///
    /// The contents of messages are not part of it.
    public var reply: Duration = .seconds(60)
    /// A whole login; 60 seconds by default.
    public var authentication: Duration = .seconds(60)
    /// Silence in the middle of a message; 60 seconds by default.
    public var stall: Duration = .seconds(60)

    /// The defaults.
    public init() {}
}
