/// Several messages, one after the other, with those to come asked for in advance where the server offers PIPELINING (RFC 2449 §6.6).
///
/// Messages are in the order of the listings. One that the server refuses does not end the sequence: reading it throws.
public struct POP3Messages: AsyncSequence, Sendable {
    /// A message, to be read before the next one is taken.
    public typealias Element = POP3Message
    /// What can go wrong.
    public typealias Failure = POP3Error

    let client: POP3Client
    let listings: [ScanListing]

    /// Begins with the first message.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(client: client, listings: listings[...])
    }

    /// Retrieves message by message.
    public struct AsyncIterator: AsyncIteratorProtocol {
        /// The most messages that are asked for in advance.
        static let depth = 8
        /// The most octets that messages asked for in advance may have together, as the server counts: they may have to be kept
        /// while another command waits for its answer.
        static let window: UInt64 = 1 << 20

        let client: POP3Client
        var listings: ArraySlice<ScanListing>
        private var requested: [POP3Message] = []
        private var sizes: [UInt64] = []

        init(client: POP3Client, listings: ArraySlice<ScanListing>) {
            self.client = client
            self.listings = listings
        }

        /// The next message; nil behind the last one. What was not read of the one before is dropped.
        ///
        /// - Throws: what ended the connection.
        public mutating func next() async throws(POP3Error) -> POP3Message? {
            let isPipelined = await client.capabilities?.offers(.pipelining) ?? false
            let batch = takeBatch(isPipelined: isPipelined)
            if !batch.isEmpty {
                requested.append(contentsOf: try await client.request(batch.map(\.number)))
                sizes.append(contentsOf: batch.map(\.size))
            }
            guard !requested.isEmpty else { return nil }
            sizes.removeFirst()
            return requested.removeFirst()
        }

        /// The next message, as `next()` gives it.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(POP3Error) -> POP3Message? {
            try await next()
        }

        /// The listings to ask for now: one where none is asked for, and more as far as depth and window allow.
        private mutating func takeBatch(isPipelined: Bool) -> ArraySlice<ScanListing> {
            var ahead = sizes.reduce(0 as UInt64) { $0.addingReportingOverflow($1).partialValue }
            var count = 0
            while count < listings.count {
                let size = listings[listings.startIndex + count].size
                let isFirst = requested.isEmpty && count == 0
                let (total, overflowed) = ahead.addingReportingOverflow(size)
                guard
                    isFirst
                        || isPipelined && requested.count + count < Self.depth && !overflowed && total <= Self.window
                else { break }
                // The message that is taken next is read as it comes, whatever its size.
                if !isFirst { ahead = total }
                count += 1
            }
            defer { listings = listings.dropFirst(count) }
            return listings.prefix(count)
        }
    }
}
