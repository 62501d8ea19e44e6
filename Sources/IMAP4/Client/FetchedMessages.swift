internal import MailTransport

/// Ends a stream of messages when nobody holds it any more.
final class FetchLease: Sendable {
    let client: IMAP4Client
    let handle: CommandHandle

    init(client: IMAP4Client, handle: CommandHandle) {
        self.client = client
        self.handle = handle
    }

    deinit {
        let client = client
        let handle = handle
        client.loop.execute { client.assumeIsolated { $0.abandonFetch(handle) } }
    }
}

/// The messages of a fetch, one by one as they arrive; can be read once.
public struct FetchedMessages: AsyncSequence, Sendable {
    /// A message.
    public typealias Element = FetchedMessage
    /// What can go wrong.
    public typealias Failure = IMAP4Error

    let lease: FetchLease?

    /// Waits for messages.
    public struct AsyncIterator: AsyncIteratorProtocol {
        /// A message.
        public typealias Element = FetchedMessage
        /// What can go wrong.
        public typealias Failure = IMAP4Error

        let lease: FetchLease?

        /// The next message; nil when the server has sent all. What was not read of the one before is passed over.
        ///
        /// - Throws: `timedOut`, and the connection is closed, where nothing arrives for
        ///   `Configuration.stallTimeout`; the server's refusal, behind the messages it sent before.
        public mutating func next() async throws(IMAP4Error) -> FetchedMessage? {
            guard let lease, let head = try await lease.client.nextMessage(lease.handle) else { return nil }
            return FetchedMessage(head: head, lease: lease)
        }

        /// The next message; nil when the server has sent all.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(IMAP4Error) -> FetchedMessage? {
            guard let lease, let head = try await lease.client.nextMessage(lease.handle) else { return nil }
            return FetchedMessage(head: head, lease: lease)
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lease: lease)
    }
}
