internal import Synchronization

/// A message, or the top of one, on its way from the server: its octets as they were sent, byte-stuffing undone.
///
/// It can be read once. Whoever stops reading early leaves the rest to the client, which reads past it, or closes the connection
/// where there is too much of it (`POP3Limits.drainedLength`). While a message is not read to its end, other commands wait for it to
/// arrive, and up to `POP3Limits.contentLength` octets of it are kept meanwhile. Cancelling the task that waits for a piece closes the
/// connection.
public struct POP3Message: AsyncSequence, Sendable {
    /// The pieces it comes in.
    public typealias Element = [UInt8]
    /// What can go wrong.
    public typealias Failure = POP3Error

    /// Its number in this session.
    public let number: POP3MessageNumber

    private let client: POP3Client
    private let stream: UInt64
    private let ticket: Ticket

    init(_ number: POP3MessageNumber, stream: UInt64, of client: POP3Client) {
        self.number = number
        self.client = client
        self.stream = stream
        ticket = Ticket(client, stream)
    }

    /// The whole message in memory.
    ///
    /// - Parameter limit: the most octets it may have; nil for the client's `POP3Limits.contentLength`, 64 MiB by default.
    /// - Throws: `limitExceeded` where it is longer; `truncated` where the connection ended before the message did; `refused` with
    ///   the server's words where there is no such message.
    public func collect(upTo limit: Int? = nil) async throws(POP3Error) -> [UInt8] {
        let most = limit ?? client.configuration.session.limits.contentLength
        var content: [UInt8] = []
        var iterator = makeAsyncIterator()
        while let piece = try await iterator.next() {
            guard piece.count <= most - content.count else {
                throw POP3Error(
                    .limitExceeded, command: "RETR", connectionIsUsable: true,
                    "message \(number) is longer than \(most) octets")
            }
            if content.isEmpty { content = piece } else { content.append(contentsOf: piece) }
        }
        return content
    }

    /// Begins to read; a second iterator has nothing to read and says so.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(client: client, reading: ticket.begin() ? Reading(client, stream) : nil)
    }

    /// Reads the message piece by piece.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let client: POP3Client
        let reading: Reading?

        /// The next octets, never none; nil at the end of the message.
        ///
        /// - Throws: `truncated` where the connection ended before the message did; `refused` where there is no such message;
        ///   `timedOut` where nothing arrives for too long; `stateViolation` where the message was read before.
        public mutating func next() async throws(POP3Error) -> [UInt8]? {
            guard let reading else {
                throw POP3Error(
                    .stateViolation, command: "RETR", connectionIsUsable: true, "a message can be read once")
            }
            return try await client.nextPiece(of: reading.stream)
        }

        /// The next octets, as `next()` gives them.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(POP3Error) -> [UInt8]? {
            try await next()
        }
    }

    /// Tells the client when nobody can read the message any more because nobody began to.
    private final class Ticket: Sendable {
        private let client: POP3Client
        private let stream: UInt64
        private let isUsed = Atomic(false)

        init(_ client: POP3Client, _ stream: UInt64) {
            self.client = client
            self.stream = stream
        }

        /// Whether this is the first one to read.
        func begin() -> Bool {
            isUsed.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
        }

        deinit {
            if !isUsed.load(ordering: .relaxed) { client.forget(stream) }
        }
    }

    /// Tells the client when whoever read the message stops.
    final class Reading: Sendable {
        private let client: POP3Client
        let stream: UInt64

        init(_ client: POP3Client, _ stream: UInt64) {
            self.client = client
            self.stream = stream
        }

        deinit {
            client.forget(stream)
        }
    }
}
