/// How much a server may send before it is taken for broken or hostile.
public struct POP3Limits: Sendable, Hashable {
    /// The most octets in one line outside of message content, its end not counted; 65,536 by default (RFC 2449 §4 asks for 512).
    public var lineLength = 65_536
    /// The most messages in the answer to LIST or UIDL; 1,000,000 by default.
    public var listings = 1_000_000
    /// The most octets of a unique-id, where long ones are tolerated; 1,000 by default (RFC 1939 §7 asks for 70).
    public var uniqueIDLength = 1_000
    /// The most capabilities, and parameters of one, that are kept; 1,000 by default. What comes behind them is dropped.
    public var capabilities = 1_000
    /// The most octets in a SASL challenge, in Base64; 12,288 by default.
    public var challengeLength = 12_288
    /// The most octets of message content that are held in memory; 64 MiB by default. Content that is read as it comes has no limit.
    public var contentLength = 64 << 20
    /// The most octets of a message that nobody wants any more which are read to get to the next answer; 16 MiB by default. Where there
    /// are more, the connection is closed.
    public var drainedLength = 16 << 20
    /// The most commands whose answers may be outstanding, with a server that offers PIPELINING; 64 by default.
    public var outstandingCommands = 64

    /// The defaults.
    public init() {}
}
