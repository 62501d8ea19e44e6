internal import MailTransport

extension POP3Client {
    /// QUIT: has the server remove what was deleted, and ends the session. `withConnection` does so by itself.
    ///
    /// - Returns: how many messages were removed; `none` where none was deleted. Asked again, the same.
    /// - Throws: `deletionsUnconfirmed` where messages were deleted and the server did not say that it removed all of them, whatever
    ///   the reason; `underlying` has it. Where none was deleted, a server that does not answer does no harm.
    @discardableResult
    public func quit() async throws(POP3Error) -> DeletionOutcome {
        if let quitOutcome { return quitOutcome }
        let marked = driver.engine.deletions
        let limit = marked == .none ? configuration.transport.closeTimeout : configuration.timeouts.reply
        var outcome = marked
        var response: POP3Response?
        var reason: POP3Error?
        do throws(POP3Error) {
            if case .closed(let answer, let known) = try await sendQuit(within: limit) {
                (response, outcome) = (answer, known)
            }
            if response == nil { reason = POP3Error(.connectionClosed, command: "QUIT", "without an answer") }
        } catch {
            reason = error
        }
        close()
        if case .unconfirmed = outcome {
            throw POP3Error(
                .deletionsUnconfirmed, command: "QUIT", response: response, deletions: outcome, underlying: reason)
        }
        quitOutcome = outcome
        return outcome
    }

    /// Says goodbye so that the server keeps every message, as far as that can be done quickly, and closes.
    func leaveWithoutDeleting() async {
        // In the middle of an answer there is only one way to go: without QUIT nothing is removed (RFC 1939 §6).
        if !driver.isOver, answers.isEmpty {
            let limit = configuration.transport.closeTimeout
            do throws(POP3Error) {
                if driver.engine.deletions != .none {
                    guard case .completed = try await ask(.reset, within: limit) else { return close() }
                }
                _ = try await sendQuit(within: limit)
            } catch {
                // There is nothing to lose.
            }
        }
        close()
    }

    /// Drains what is still arriving, sends QUIT and waits for its answer, each within `limit`.
    private func sendQuit(within limit: Duration) async throws(POP3Error) -> POP3Event {
        for stream in streams.values { stream.content.queue.abandon() }
        streams = [:]
        if !answers.isEmpty {
            let idle = PendingReply<Void, POP3Error>()
            self.idle = idle
            try await wait(for: idle, within: limit, command: "QUIT")
        }
        return try await ask(.quit, within: limit)
    }
}
