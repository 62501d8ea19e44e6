internal import MailTransport

extension IMAP4Client {
    /// Sees to it that the command is answered in time, counted from when it was sent; before that, that what it
    /// waits for goes on.
    ///
    /// A command behind a long stream of messages is not late as long as messages come.
    func watch(_ record: CommandRecord) {
        record.progress = progress
        record.wasQueued = driver.engine.isQueued(record.handle)
        record.timer = loop.schedule(after: configuration.replyTimeout) { [weak self, handle = record.handle] in
            self?.assumeIsolated { $0.deadlinePassed(handle) }
        }
    }

    private func deadlinePassed(_ handle: CommandHandle) {
        guard let record = records[handle], !record.reply.isResolved else { return }
        let isQueued = driver.engine.isQueued(handle)
        guard isQueued ? record.progress == progress : !record.wasQueued else { return watch(record) }
        let limit = configuration.replyTimeout
        record.resolve(
            .failure(
                IMAP4Error(
                    .timedOut, command: record.verb,
                    isQueued ? "what it waited for stalled for \(limit)" : "no answer within \(limit)")))
        close()
    }
}
