/// News of the selected mailbox.
public enum MailboxEvent: Sendable, Hashable {
    /// So many messages are in the mailbox now.
    case exists(UInt32)
    /// A message is gone; those behind it move up.
    case expunge(SequenceNumber)
    /// Items of a message, mostly its new flags.
    case fetch(SequenceNumber, [MessageAttribute])
    /// The flags that messages can have.
    case flags([Flag])
    /// A word of the server, such as that it is still here.
    case reply(IMAP4Reply)
    /// News this version does not know.
    case other(UntaggedResponse)

    init?(_ data: UntaggedResponse) {
        switch data {
        case .exists(let count): self = .exists(count)
        case .expunge(let number): self = .expunge(number)
        case .fetch(let number, let attributes): self = .fetch(number, attributes)
        case .flags(let flags): self = .flags(flags)
        case .reply(let reply): self = .reply(reply)
        case .recent, .capability, .enabled: return nil
        default: self = .other(data)
        }
    }
}

/// The news of an IDLE, as they happen; it does not end by itself.
public struct MailboxEvents: AsyncSequence, Sendable {
    /// One piece of news.
    public typealias Element = MailboxEvent
    /// What can go wrong.
    public typealias Failure = IMAP4Error

    let client: IMAP4Client

    /// Waits for news.
    public struct AsyncIterator: AsyncIteratorProtocol {
        /// One piece of news.
        public typealias Element = MailboxEvent
        /// What can go wrong.
        public typealias Failure = IMAP4Error

        let client: IMAP4Client

        /// The next piece of news.
        ///
        /// - Throws: `cancelled`, the connection unharmed, where the task is cancelled; `timedOut` behind
        ///   `Configuration.idleTimeout`.
        public mutating func next() async throws(IMAP4Error) -> MailboxEvent? {
            try await client.nextIdleEvent()
        }

        /// The next piece of news.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(IMAP4Error) -> MailboxEvent? {
            try await client.nextIdleEvent()
        }
    }

    /// Begins to wait for news; what was not taken is kept for the next iterator.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(client: client)
    }
}
