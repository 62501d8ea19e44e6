/// A message of a fetch: its items, and its sections to be read before the next message is.
public struct FetchedMessage: Sendable {
    /// A message as it is handed out.
    struct Head: Sendable {
        let ordinal: UInt64
        let number: SequenceNumber
        let attributes: [MessageAttribute]
        let isComplete: Bool
    }

    /// What follows in a message whose sections are streamed.
    enum Continuation: Sendable {
        case section(MessageContent, size: UInt64, ordinal: UInt64)
        case attributes([MessageAttribute])
    }

    let head: Head
    let lease: FetchLease

    /// The place of the message in the mailbox at this moment.
    public var sequenceNumber: SequenceNumber { head.number }

    /// The items that came before the first section that is streamed; `complete()` gives all.
    public var attributes: [MessageAttribute] { head.attributes }

    /// The unique identifier; nil where the server sent it behind a section, or not at all.
    public var uid: UID? {
        for case .uid(let uid) in attributes { return uid }
        return nil
    }

    /// The flags, where asked for.
    public var flags: [Flag]? {
        for case .flags(let flags) in attributes { return flags }
        return nil
    }

    /// When the message arrived, where asked for.
    public var internalDate: InternalDate? {
        for case .internalDate(let date) in attributes { return date }
        return nil
    }

    /// The number of octets as the server tells it, where asked for; some servers tell a number that is off.
    public var size: UInt64? {
        for case .size(let size) in attributes { return size }
        return nil
    }

    /// The header as the server reads it, where asked for.
    public var envelope: IMAP4Envelope? {
        for case .envelope(let envelope) in attributes { return envelope }
        return nil
    }

    /// The MIME structure, where asked for.
    public var bodyStructure: BodyStructure? {
        for case .bodyStructure(let structure) in attributes { return structure }
        return nil
    }

    /// The octets of the first section that was asked for, as they arrive.
    public var body: SectionOctets { SectionOctets(message: self, wanted: .first) }

    /// The sections that were asked for, in the server's order.
    public var sections: MessageSections { MessageSections(message: self) }

    /// Passes over what was not read of the message, and gives it with all its items.
    public func complete() async throws(IMAP4Error) -> FetchedMessage {
        guard !head.isComplete else { return self }
        var all = attributes
        while let continuation = try await lease.client.nextInMessage(lease.handle, ordinal: head.ordinal) {
            if case .attributes(let more) = continuation { all += more }
        }
        let complete = Head(ordinal: head.ordinal, number: head.number, attributes: all, isComplete: true)
        return FetchedMessage(head: complete, lease: lease)
    }
}

/// A section of a message.
public struct MessageSection: Sendable {
    let message: FetchedMessage
    let source: SectionOctets.Source

    /// Which section it is.
    public let content: MessageContent

    /// How many octets it has; nil where the server sent NIL.
    public let size: UInt64?

    /// Its octets, as they arrive.
    public var octets: SectionOctets { SectionOctets(message: message, wanted: .this(source)) }
}

/// The sections of a message, one by one; what was not read of one is passed over when the next is asked for.
public struct MessageSections: AsyncSequence, Sendable {
    /// A section.
    public typealias Element = MessageSection
    /// What can go wrong.
    public typealias Failure = IMAP4Error

    let message: FetchedMessage

    /// Waits for sections.
    public struct AsyncIterator: AsyncIteratorProtocol {
        /// A section.
        public typealias Element = MessageSection
        /// What can go wrong.
        public typealias Failure = IMAP4Error

        private let message: FetchedMessage
        private var held: ArraySlice<MessageAttribute>

        init(message: FetchedMessage) {
            self.message = message
            held = message.attributes[...]
        }

        /// The next section; nil behind the last.
        public mutating func next() async throws(IMAP4Error) -> MessageSection? {
            while true {
                while let attribute = held.popFirst() {
                    guard case .content(let content, let octets) = attribute else { continue }
                    return MessageSection(
                        message: message, source: .held(octets?.octets), content: content,
                        size: octets.map { UInt64($0.octets.count) })
                }
                guard !message.head.isComplete,
                    let continuation = try await message.lease.client.nextInMessage(
                        message.lease.handle, ordinal: message.head.ordinal)
                else { return nil }
                switch continuation {
                case .attributes(let attributes): held = attributes[...]
                case .section(let content, let size, let ordinal):
                    return MessageSection(message: message, source: .streamed(ordinal), content: content, size: size)
                }
            }
        }

        /// The next section; nil behind the last.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(IMAP4Error) -> MessageSection? {
            try await next()
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(message: message)
    }
}
