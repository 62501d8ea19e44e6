internal import MailTransport

/// Where an appended message went (APPENDUID, RFC 4315 §3).
public struct AppendedUID: Sendable, Hashable {
    /// UIDVALIDITY of the mailbox.
    public let validity: UIDValidity
    /// The UID the message got.
    public let uid: UID
}

extension IMAP4Client {
    /// Adds a message to the end of a mailbox (RFC 3501 §6.3.11).
    ///
    /// - Parameters:
    ///   - message: the message's octets, lines ended by CRLF; no NUL.
    ///   - name: the mailbox; it must exist.
    ///   - flags: the flags it gets.
    ///   - date: when it arrived; nil for now.
    /// - Returns: the UID it got; nil where the server does not tell.
    /// - Throws: `refused` where the server does not take it, with the code `TRYCREATE` where the mailbox does not
    ///   exist.
    @discardableResult
    public func append(
        _ message: [UInt8], to name: MailboxName, flags: [Flag] = [], date: IMAP4DateTime? = nil
    ) async throws(IMAP4Error) -> AppendedUID? {
        guard !message.contains(0) else { throw .invalidArgument("APPEND", "NUL in a message") }
        let record = try begin(.append(name, flags: flags, date: date, size: UInt64(message.count)))
        return try await finishAppend(record) { () async throws(IMAP4Error) in
            try await appendOctets(message, record)
        }
    }

    /// Adds a message that is not in memory to the end of a mailbox: `chunks` are sent as they come, as fast as the
    /// server takes them.
    ///
    /// - Parameters:
    ///   - chunks: the message in pieces of any size.
    ///   - size: the octets of all chunks together, which the server is told first.
    ///   - name: the mailbox; it must exist.
    ///   - flags: the flags it gets.
    ///   - date: when it arrived; nil for now.
    /// - Returns: the UID it got; nil where the server does not tell.
    /// - Throws: `IMAP4Error`, and what `chunks` throws. The connection is closed where the chunks fail in the
    ///   middle, or are not `size` octets, since the server waits for the rest.
    @discardableResult
    public nonisolated func append<Chunks: AsyncSequence>(
        _ chunks: Chunks, size: UInt64, to name: MailboxName, flags: [Flag] = [], date: IMAP4DateTime? = nil
    ) async throws -> AppendedUID? where Chunks.Element == [UInt8] {
        let handle = try await beginAppend(.append(name, flags: flags, date: date, size: size))
        var left = size
        do {
            for try await chunk in chunks {
                guard UInt64(chunk.count) <= left else {
                    throw IMAP4Error(.invalidArgument, command: "APPEND", "more octets than announced")
                }
                left -= UInt64(chunk.count)
                try await appendChunk(chunk, handle)
            }
            guard left == 0 else {
                throw IMAP4Error(.invalidArgument, command: "APPEND", "fewer octets than announced")
            }
        } catch {
            await abandonAppend(handle)
            throw error
        }
        return try await endAppend(handle)
    }

    private func beginAppend(_ kind: IMAP4Command.Kind) async throws(IMAP4Error) -> CommandHandle {
        let record = try begin(kind)
        try await waitUntilReady(record)
        return record.handle
    }

    private func waitUntilReady(_ record: CommandRecord) async throws(IMAP4Error) {
        do throws(IMAP4Error) {
            try await wait(for: record.ready, within: configuration.replyTimeout, command: record.verb)
        } catch {
            records[record.handle] = nil
            throw error
        }
    }

    private func appendChunk(_ chunk: [UInt8], _ handle: CommandHandle) async throws(IMAP4Error) {
        guard let record = records[handle] else { throw IMAP4Error(.stateViolation, command: "APPEND", "already over") }
        try await appendOctets(chunk, record)
    }

    /// Sends octets piece by piece, so that no more than a few pieces wait for the socket.
    private func appendOctets(_ octets: [UInt8], _ record: CommandRecord) async throws(IMAP4Error) {
        var start = 0
        while start < octets.count {
            if record.reply.isResolved {
                // Refused before all was sent; the refusal tells more than anything we could.
                _ = try await wait(for: record.reply, within: nil, command: record.verb)
            }
            let end = min(start + Self.pieceLength, octets.count)
            try submit(IMAP4Command(record.handle, .appendOctets(Array(octets[start..<end]))))
            start = end
            try await drained(below: Self.unsentLimit, within: configuration.stallTimeout, command: record.verb)
        }
    }

    private func endAppend(_ handle: CommandHandle) async throws(IMAP4Error) -> AppendedUID? {
        guard let record = records[handle] else { throw IMAP4Error(.stateViolation, command: "APPEND", "already over") }
        defer { records[handle] = nil }
        let reply = try await wait(for: record.reply, within: configuration.replyTimeout, command: record.verb)
        return Self.appendedUID(reply)
    }

    private func finishAppend(
        _ record: CommandRecord, _ send: () async throws(IMAP4Error) -> Void
    ) async throws(IMAP4Error) -> AppendedUID? {
        try await waitUntilReady(record)
        do throws(IMAP4Error) {
            try await send()
        } catch {
            abandonAppend(record.handle)
            throw error
        }
        return try await endAppend(record.handle)
    }

    private func abandonAppend(_ handle: CommandHandle) {
        let isComplete = records[handle]?.reply.isResolved ?? true
        records[handle] = nil
        if !isComplete { close() }
    }

    private static func appendedUID(_ reply: IMAP4Reply) -> AppendedUID? {
        guard case .appendUID(let validity, let uids) = reply.code, uids.count == 1,
            let uid = uids.numbers.first(where: { _ in true })
        else { return nil }
        return AppendedUID(validity: validity, uid: uid)
    }

    private static var pieceLength: Int { 64 << 10 }
    private static var unsentLimit: Int { 256 << 10 }
}
