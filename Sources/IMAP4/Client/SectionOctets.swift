/// The octets of a section of a message in pieces, as they arrive; can be read once.
public struct SectionOctets: AsyncSequence, Sendable {
    /// Some octets.
    public typealias Element = [UInt8]
    /// What can go wrong.
    public typealias Failure = IMAP4Error

    /// Where the octets are.
    enum Source: Sendable {
        /// In memory already; nil where the server sent NIL.
        case held([UInt8]?)
        /// In the stream, the so-manieth section of its message there.
        case streamed(UInt64)
    }

    /// Which section is meant.
    enum Wanted: Sendable {
        case first
        case this(Source)
    }

    let message: FetchedMessage
    let wanted: Wanted

    /// Waits for octets.
    public struct AsyncIterator: AsyncIteratorProtocol {
        /// Some octets.
        public typealias Element = [UInt8]
        /// What can go wrong.
        public typealias Failure = IMAP4Error

        private let message: FetchedMessage
        private var wanted: Wanted
        private var isOver = false

        init(message: FetchedMessage, wanted: Wanted) {
            self.message = message
            self.wanted = wanted
        }

        /// The next octets, one or more; nil at the end of the section.
        ///
        /// - Throws: `stateViolation` where the message was passed over; `timedOut`, and the connection is closed,
        ///   where nothing arrives for `Configuration.stallTimeout`.
        public mutating func next() async throws(IMAP4Error) -> [UInt8]? {
            guard !isOver else { return nil }
            if case .first = wanted {
                var sections = message.sections.makeAsyncIterator()
                guard let first = try await sections.next() else {
                    isOver = true
                    return nil
                }
                wanted = .this(first.source)
            }
            switch wanted {
            case .first: break
            case .this(.held(let octets)):
                isOver = true
                return octets?.isEmpty == false ? octets : nil
            case .this(.streamed(let ordinal)):
                let lease = message.lease
                if let octets = try await lease.client.nextOctets(
                    lease.handle, ordinal: message.head.ordinal, section: ordinal)
                {
                    return octets
                }
            }
            isOver = true
            return nil
        }

        /// The next octets, one or more; nil at the end of the section.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(IMAP4Error) -> [UInt8]? {
            try await next()
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(message: message, wanted: wanted)
    }

    /// All octets in one array.
    ///
    /// - Parameter limit: the most octets to collect; nil for `Limits.collectedLength`, 64 MiB by default.
    /// - Throws: `limitExceeded` where there are more; the connection can be used further.
    public func collect(upTo limit: Int? = nil) async throws(IMAP4Error) -> [UInt8] {
        let limit = limit ?? message.lease.client.configuration.limits.collectedLength
        var collected: [UInt8] = []
        var iterator = makeAsyncIterator()
        while let octets = try await iterator.next() {
            guard octets.count <= limit - collected.count else {
                throw IMAP4Error(
                    .limitExceeded, command: "UID FETCH", connectionIsUsable: true,
                    underlying: IMAP4LimitExceeded("octets of a section collected into one array", limit: limit))
            }
            collected += octets
        }
        return collected
    }
}
