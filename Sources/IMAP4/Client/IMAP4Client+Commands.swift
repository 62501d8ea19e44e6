internal import Octets

extension IMAP4Client {
    /// The mailboxes whose names match `pattern`, in the server's order (RFC 3501 §6.3.8).
    ///
    /// - Parameters:
    ///   - pattern: a name with wildcards: `*` for anything, `%` for anything without a delimiter; not ASCII is put
    ///   into modified UTF-7.
    ///   - reference: the name the pattern begins at; empty for the server's root.
    /// - Throws: `limitExceeded`, and the connection is closed, for more mailboxes than `Limits.collectedItems`.
    public func list(_ pattern: String = "*", under reference: MailboxName = "") async throws(IMAP4Error)
        -> [MailboxListing]
    {
        let outcome = try await run(.list(reference: reference, pattern: ModifiedUTF7.encode(pattern)))
        return outcome.data.compactMap { if case .list(let listing) = $0 { listing } else { nil } }
    }

    /// Makes a mailbox (RFC 3501 §6.3.3).
    ///
    /// - Throws: `refused` where it exists already; servers that know RFC 5530 say so with the code `ALREADYEXISTS`.
    public func create(_ name: MailboxName) async throws(IMAP4Error) {
        try await run(.create(name))
    }

    /// Numbers of a mailbox that need not be selected (RFC 3501 §6.3.10).
    ///
    /// - Returns: what the server told; an item it left out is missing.
    public func status(
        _ name: MailboxName, _ items: [StatusItem] = [.messages, .unseen, .uidNext, .uidValidity]
    ) async throws(IMAP4Error) -> MailboxStatus {
        let outcome = try await run(.status(name, items))
        for case .status(let status) in outcome.data.reversed() { return status }
        return MailboxStatus(name: name, items: [])
    }

    /// Does nothing, but gives the server a chance to tell news (RFC 3501 §6.1.2).
    public func noop() async throws(IMAP4Error) {
        try await run(.noop)
    }
}
