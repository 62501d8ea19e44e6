internal import MailTransport

extension IMAP4Client {
    /// Selects a mailbox, runs `body` with it, and deselects it on every way out (RFC 3501 §6.3.1, §6.3.2).
    ///
    /// Nothing is expunged by leaving. Where the server has no UNSELECT (RFC 3691) the mailbox stays selected there
    /// until the next one is. One mailbox can be selected at a time on a connection.
    /// - Parameters:
    ///   - name: the mailbox.
    ///   - readOnly: whether it is opened by EXAMINE, so that nothing in it changes.
    /// - Throws: `refused` where the server does not open it; `stateViolation` inside another `withMailbox`; what
    ///   `body` throws, untouched.
    public nonisolated func withMailbox<Value>(
        _ name: MailboxName, readOnly: Bool = false, _ body: (SelectedMailbox) async throws -> Value
    ) async throws -> Value {
        let mailbox = try await enter(name, readOnly: readOnly)
        do {
            let value = try await body(mailbox)
            await leave(mailbox.scope)
            return value
        } catch {
            await leave(mailbox.scope)
            throw error
        }
    }

    private func enter(_ name: MailboxName, readOnly: Bool) async throws(IMAP4Error) -> SelectedMailbox {
        guard scope == nil else {
            throw .stateViolation(readOnly ? "EXAMINE" : "SELECT", "another mailbox is selected")
        }
        lastScope += 1
        let mine = lastScope
        scope = mine
        do throws(IMAP4Error) {
            try await run(.select(name, readOnly: readOnly))
        } catch {
            if scope == mine { scope = nil }
            throw error
        }
        guard let state = driver.engine.selected else {
            throw IMAP4Error(.stateViolation, command: "SELECT", "the mailbox is not selected any more")
        }
        return SelectedMailbox(client: self, scope: mine, opening: state)
    }

    /// Ends a scope: streams that are left are drained, and the server is told where it can be.
    private func leave(_ mine: UInt64) async {
        guard scope == mine else { return }
        for record in records.values where record.fetch != nil { abandonFetch(record.handle) }
        if !driver.isOver, let selected = driver.engine.selected {
            let canUnselect = driver.engine.capabilities?.offers(.unselect) == true
            if canUnselect || selected.isReadOnly {
                // CLOSE expunges nothing where the mailbox was opened for reading alone (RFC 3501 §6.4.2).
                _ = await shielded { client async throws(IMAP4Error) in
                    try await client.run(canUnselect ? .unselect : .close)
                }
            }
        }
        if scope == mine { scope = nil }
    }

    /// What is known of the mailbox now; nil where the scope has ended.
    func mailboxState(_ mine: UInt64) -> SelectedMailboxState? {
        scope == mine ? driver.engine.selected : nil
    }

    /// Sends a command that needs the mailbox of a scope, and waits until it is complete.
    func run(_ kind: IMAP4Command.Kind, in mine: UInt64) async throws(IMAP4Error) -> Outcome {
        try check(mine, kind.verb)
        return try await run(kind)
    }

    func check(_ mine: UInt64, _ verb: String) throws(IMAP4Error) {
        guard scope == mine else { throw .stateViolation(verb, "its mailbox is not selected any more") }
    }
}
