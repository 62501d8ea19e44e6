internal import MailTransport

/// An IDLE on its way to one consumer; confined to the client's actor.
final class IdleState {
    let queue: StreamQueue<MailboxEvent, IMAP4Error>
    /// Whether the consumer still wants events.
    var isActive = true
    /// The IDLE command that is in progress.
    var record: CommandRecord?
    var renewal: LoopTimer?
    /// Whether DONE was sent only to begin anew.
    var isRenewing = false

    init(queue: StreamQueue<MailboxEvent, IMAP4Error>) {
        self.queue = queue
    }

    func end(_ failure: IMAP4Error) {
        renewal?.cancel()
        queue.finish(failure)
    }
}

extension IMAP4Client {
    /// Goes into IDLE; returns when the server says that it does too.
    func beginIdle(in mine: UInt64) async throws(IMAP4Error) {
        try check(mine, "IDLE")
        guard idle == nil else { throw .stateViolation("IDLE", "not allowed inside idle") }
        _ = try await capabilities()
        let state = IdleState(queue: StreamQueue(highWater: 10_000, flow: driver.flow))
        idle = state
        do throws(IMAP4Error) {
            let record = try startIdle(state)
            try await wait(for: record.ready, within: configuration.replyTimeout, command: "IDLE")
        } catch {
            if let record = state.record { records[record.handle] = nil }
            state.renewal?.cancel()
            idle = nil
            throw error
        }
    }

    private func startIdle(_ state: IdleState) throws(IMAP4Error) -> CommandRecord {
        let record = try begin(.idle)
        state.record = record
        state.isRenewing = false
        let interval = min(configuration.idleRenewal, .seconds(28 * 60))
        let handle = record.handle
        state.renewal = loop.schedule(after: interval) { [weak self] in
            self?.assumeIsolated { $0.renewIdle(handle) }
        }
        return record
    }

    /// Ends the IDLE of `handle` so that a new one begins.
    private func renewIdle(_ handle: CommandHandle) {
        guard let idle, idle.isActive, idle.record?.handle == handle else { return }
        idle.isRenewing = true
        do throws(IMAP4Error) {
            try submit(IMAP4Command(handle, .done))
        } catch {
            return idle.end(error)
        }
        let limit = configuration.replyTimeout
        idle.renewal = loop.schedule(after: limit) { [weak self] in
            self?.assumeIsolated { client in
                guard let idle = client.idle, idle.record?.handle == handle, idle.isRenewing else { return }
                idle.end(IMAP4Error(.timedOut, command: "IDLE", "no answer to DONE within \(limit)"))
                client.close()
            }
        }
    }

    /// An IDLE command is complete: because we said DONE, or because the server would not.
    func idleCommandEnded(_ handle: CommandHandle, _ result: Result<IMAP4Reply, IMAP4Error>) {
        guard let idle, idle.record?.handle == handle else { return }
        records[handle] = nil
        idle.renewal?.cancel()
        guard idle.isActive else { return }
        do throws(IMAP4Error) {
            _ = try result.get()
            guard idle.isRenewing else {
                throw IMAP4Error(.unexpectedResponse, command: "IDLE", connectionIsUsable: true, "ended by the server")
            }
            _ = try startIdle(idle)
        } catch {
            idle.end(error)
        }
    }

    /// The next event; nil never comes while the scope lasts. Cancellation ends the waiting and leaves the connection
    /// as it is.
    func nextIdleEvent() async throws(IMAP4Error) -> MailboxEvent? {
        guard idle != nil else { throw .stateViolation("IDLE", "its scope has ended") }
        let limit = configuration.idleTimeout
        return try await withTaskCancellationHandler {
            await shielded { client async throws(IMAP4Error) in
                guard let queue = client.idle?.queue else { return nil as MailboxEvent? }
                return try await client.next(from: queue, within: limit, command: "IDLE")
            }
        } onCancel: {
            loop.execute { [weak self] in
                self?.assumeIsolated { client in
                    guard let idle = client.idle else { return }
                    idle.queue.finish(IMAP4Error(.cancelled, command: "IDLE", connectionIsUsable: true))
                }
            }
        }.get()
    }

    /// Leaves IDLE: DONE, and the wait for its answer, also where the task was cancelled.
    func endIdle() async {
        guard let idle, idle.isActive else { return }
        idle.isActive = false
        idle.renewal?.cancel()
        if !driver.isOver, let record = idle.record, !record.reply.isResolved {
            let handle = record.handle
            _ = await shielded { client async throws(IMAP4Error) in
                guard let record = client.idle?.record, record.handle == handle else { return }
                try client.submit(IMAP4Command(handle, .done))
                _ = try await client.wait(
                    for: record.reply, within: client.configuration.replyTimeout, command: "IDLE")
            }
        }
        self.idle = nil
    }
}
