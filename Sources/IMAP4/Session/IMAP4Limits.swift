/// How much a server may make a client hold, and how long lists it may send. What is streamed has no limit.
public struct IMAP4Limits: Sendable, Hashable {
    /// The most octets of one response outside its literals. Default: 1 MiB.
    public var lineLength = 1 << 20
    /// The most octets of a literal that is held as a value. Default: 1 MiB.
    public var literalLength = 1 << 20
    /// The most octets of one response that are held together. Default: 16 MiB.
    public var responseLength = 16 << 20
    /// The most levels of parentheses in a response. Default: 100.
    public var nestingDepth = 100
    /// Sections of messages with more octets than this arrive as a stream, others as a value. Default: 4 KiB.
    public var streamingThreshold = 4096
    /// The most octets of a stream that are handed on in one piece. Default: 64 KiB.
    public var chunkLength = 64 << 10
    /// The most capabilities that are kept; what a server lists behind them is ignored. Default: 1000.
    public var capabilities = 1000
    /// The most octets of a SASL challenge in Base64 (RFC 4954 §4). Default: 12,288.
    public var challengeLength = 12_288
    /// The most octets of a section that a call collects into one array. Default: 64 MiB.
    public var collectedLength = 64 << 20
    /// The most mailboxes, message numbers or messages that a call collects into one array. Default: 1,000,000.
    public var collectedItems = 1_000_000
    /// The most octets of a fetch that are kept while its caller waits for another command instead of reading on;
    /// beyond it the connection is closed. Default: 64 MiB.
    public var bufferedLength = 64 << 20
    /// The most octets that are read and dropped when a caller leaves a fetch early, before the connection is closed
    /// instead. Default: 1 MiB.
    public var drainedLength = 1 << 20

    /// The defaults.
    public init() {}
}

/// A limit that a server went over.
public struct IMAP4LimitExceeded: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is limited, in words.
    public let what: String
    /// The limit.
    public let limit: Int

    package init(_ what: String, limit: Int) {
        self.what = what
        self.limit = limit
    }

    /// The limit in a sentence.
    public var description: String { "\(what): more than \(limit)" }
}
