internal import MailTransport

extension IMAP4Client {
    /// Begins a FETCH whose messages are read from a stream.
    func beginFetch(_ uids: UIDSet, _ items: [FetchItem], in mine: UInt64) throws(IMAP4Error) -> CommandHandle {
        try check(mine, "UID FETCH")
        let queue = StreamQueue<FetchStream.Piece, IMAP4Error>(highWater: 256 << 10, flow: driver.flow)
        return try begin(.fetch(uids, items), fetch: FetchStream(queue: queue)).handle
    }

    /// The consumer takes no more: what still comes is dropped, up to a limit and for a while.
    func abandonFetch(_ handle: CommandHandle) {
        guard let record = records[handle], let fetch = record.fetch, !fetch.queue.isAbandoned else { return }
        fetch.queue.abandon()
        if record.reply.isResolved {
            records[handle] = nil
            return
        }
        _ = loop.schedule(after: configuration.replyTimeout) { [weak self] in
            self?.assumeIsolated { client in
                if client.records[handle]?.reply.isResolved == false { client.close() }
            }
        }
        pump()
    }

    /// The next message; nil when there is none left. What was not read of the one before is passed over.
    func nextMessage(_ handle: CommandHandle) async throws(IMAP4Error) -> FetchedMessage.Head? {
        while let (piece, fetch) = try await nextPiece(handle) {
            guard case .message(let number, let attributes, let isComplete) = piece else { continue }
            fetch.messages += 1
            fetch.sections = 0
            fetch.place = isComplete ? .betweenMessages : .betweenSections
            return FetchedMessage.Head(
                ordinal: fetch.messages, number: number, attributes: attributes, isComplete: isComplete)
        }
        return nil
    }

    /// What comes next in a message: a streamed section, or items behind one; nil at the message's end.
    func nextInMessage(
        _ handle: CommandHandle, ordinal: UInt64
    ) async throws(IMAP4Error) -> FetchedMessage.Continuation? {
        guard let fetch = records[handle]?.fetch, fetch.messages == ordinal else { throw Self.passed }
        while fetch.place != .betweenMessages, let (piece, _) = try await nextPiece(handle) {
            switch piece {
            case .contentBegan(let content, let size):
                fetch.place = .inSection
                fetch.sections += 1
                return .section(content, size: size, ordinal: fetch.sections)
            case .attributes(let attributes): return .attributes(attributes)
            case .contentEnded: fetch.place = .betweenSections
            case .messageEnded: fetch.place = .betweenMessages
            case .octets, .message: break
            }
        }
        return nil
    }

    /// The next octets of a section; nil at its end.
    func nextOctets(
        _ handle: CommandHandle, ordinal: UInt64, section: UInt64
    ) async throws(IMAP4Error) -> [UInt8]? {
        guard let fetch = records[handle]?.fetch, fetch.messages == ordinal, fetch.sections == section else {
            throw Self.passed
        }
        guard fetch.place == .inSection else { return nil }
        guard let (piece, _) = try await nextPiece(handle) else { return nil }
        if case .octets(let octets) = piece { return octets }
        fetch.place = .betweenSections
        return nil
    }

    private func nextPiece(_ handle: CommandHandle) async throws(IMAP4Error) -> (FetchStream.Piece, FetchStream)? {
        guard let record = records[handle], let fetch = record.fetch else { return nil }
        do throws(IMAP4Error) {
            if let piece = try await next(
                from: fetch.queue, within: configuration.stallTimeout, command: record.verb)
            {
                return (piece, fetch)
            }
        } catch {
            records[handle] = nil
            throw error
        }
        records[handle] = nil
        return nil
    }

    private static var passed: IMAP4Error {
        .stateViolation(
            "UID FETCH", "the message was passed over: its successor was asked for, or its mailbox was left")
    }
}
