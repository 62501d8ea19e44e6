internal import MailTransport

extension POP3Client {
    /// Submits `command` when it is its turn, and waits for the event that answers it.
    func ask(_ command: POP3Command, within limit: Duration? = nil) async throws(POP3Error) -> POP3Event {
        let verb = command.verb
        return try await withTurn(command: verb) { () throws(POP3Error) in
            try await waitForRoom(for: command)
            let answer = try send(command)
            return try await reply(to: answer, within: limit ?? configuration.timeouts.reply)
        }
    }

    /// Submits `command` now.
    func send(_ command: POP3Command, content: ContentStream? = nil) throws(POP3Error) -> PendingAnswer {
        if let ending { throw ending }
        let answer = PendingAnswer(command.verb, content: content)
        // In place before the engine gets to work: what it has to say may come at once.
        answers.append(answer)
        do throws(POP3Error) {
            try submit(command)
        } catch {
            answers.removeAll { $0 === answer }
            throw error
        }
        return answer
    }

    /// Waits until the session takes `command`: at once where it is idle or pipelines, otherwise when all answers are complete.
    ///
    /// - Throws: `timedOut` when nothing at all arrives for too long, and the connection is closed; `cancelled`, and it is unharmed.
    func waitForRoom(for command: POP3Command) async throws(POP3Error) {
        while !driver.isOver, !driver.engine.hasRoom(for: command.request) {
            lastWatcher += 1
            let watcher = lastWatcher
            watchers[watcher] = PendingReply()
            // A task of its own: were the wait itself cancelled, it would take the connection with it.
            let waiting = Task { await self.outcome(of: watcher, command.verb) }
            let result = await withTaskCancellationHandler {
                await waiting.value
            } onCancel: {
                loop.execute { [weak self] in self?.assumeIsolated { $0.cancel(watcher, command.verb) } }
            }
            try result.get()
        }
    }

    private func outcome(of watcher: UInt64, _ verb: String) async -> Result<Void, POP3Error> {
        guard let reply = watchers[watcher] else { return .success(()) }
        do throws(POP3Error) {
            return .success(try await wait(for: reply, within: configuration.timeouts.stall, command: verb))
        } catch {
            return .failure(error)
        }
    }

    private func cancel(_ watcher: UInt64, _ verb: String) {
        let error = POP3Error(.cancelled, command: verb, connectionIsUsable: true, "before it was sent")
        watchers.removeValue(forKey: watcher)?.resolve(.failure(error))
    }

    /// Waits for the event that answers, with a deadline that begins when all earlier answers are complete.
    func reply(to answer: PendingAnswer, within limit: Duration) async throws(POP3Error) -> POP3Event {
        while !answer.reply.isResolved, answers.first !== answer {
            lastWatcher += 1
            let watcher = PendingReply<Void, POP3Error>()
            watchers[lastWatcher] = watcher
            try await wait(for: watcher, within: configuration.timeouts.stall, command: answer.verb)
        }
        return try await wait(for: answer.reply, within: limit, command: answer.verb)
    }

    /// The session gave an event that does not belong here.
    func outOfStep(_ command: String?) -> POP3Error {
        let error = POP3Error(
            .stateViolation, command: command, deletions: driver.engine.deletions, "the session is out of step")
        close()
        return error
    }
}

extension POP3Command {
    /// The verb, for errors; AUTH for every login.
    var verb: String { SessionTable.verb(SessionTable.exchange(of: request)) ?? "" }
}
