/// A mailbox while it is selected; of use inside its `withMailbox` alone, and a `stateViolation` behind it.
public struct SelectedMailbox: Sendable {
    let client: IMAP4Client
    let scope: UInt64
    private let opening: SelectedMailboxState

    init(client: IMAP4Client, scope: UInt64, opening: SelectedMailboxState) {
        self.client = client
        self.scope = scope
        self.opening = opening
    }

    /// The mailbox.
    public var name: MailboxName { opening.name }

    /// What the server told when the mailbox was selected.
    public var stateAtSelection: SelectedMailboxState { opening }

    /// What is known of the mailbox now: the number of messages is kept right through all that the server tells.
    public func state() async throws(IMAP4Error) -> SelectedMailboxState {
        guard let state = await client.mailboxState(scope) else {
            throw .stateViolation("SELECT", "its mailbox is not selected any more")
        }
        return state
    }

    // MARK: Reading

    /// Messages with the items asked for, one by one as they arrive; their octets are streamed (RFC 3501 §6.4.8).
    ///
    /// The UID is asked for in any case. Leaving the loop early is legal: what still comes is dropped, up to
    /// `Limits.drainedLength`. Other commands may be sent inside the loop; what arrives of the stream meanwhile is
    /// held in memory, up to `Limits.bufferedLength`.
    /// - Parameters:
    ///   - uids: which messages; those that do not exist are left out by the server.
    ///   - items: what of them.
    public func fetch(_ uids: UIDSet, _ items: [FetchItem]) async throws(IMAP4Error) -> FetchedMessages {
        guard !uids.isEmpty else {
            try await client.check(scope, "UID FETCH")
            return FetchedMessages(lease: nil)
        }
        let handle = try await client.beginFetch(uids, items, in: scope)
        return FetchedMessages(lease: FetchLease(client: client, handle: handle))
    }

    /// The UIDs of the messages for which all `keys` hold, ascending (RFC 3501 §6.4.4).
    ///
    /// - Throws: `limitExceeded`, and the connection is closed, for more messages than `Limits.collectedItems`.
    public func search(_ keys: SearchKey...) async throws(IMAP4Error) -> UIDSet {
        let outcome = try await client.run(.search(keys.isEmpty ? [.all] : keys), in: scope)
        var found = UIDSet()
        var numbers: [UID] = []
        for data in outcome.data {
            switch data {
            case .search(let values): numbers += values.compactMap { UID($0) }
            case .extendedSearch(let result): found = try Self.set(result.value("ALL"))
            default: break
            }
        }
        return numbers.isEmpty ? found : UIDSet(numbers)
    }

    private static func set(_ value: IMAP4Value?) throws(IMAP4Error) -> UIDSet {
        guard case .atom(let text)? = value else { return UIDSet() }
        guard let set = UIDSet(text) else {
            throw IMAP4Error(.unexpectedResponse, command: "UID SEARCH", connectionIsUsable: true, "ALL holds no set")
        }
        return set
    }

    // MARK: Changing

    /// Changes flags of messages (RFC 3501 §6.4.6); the server does not tell the new flags.
    public func store(_ uids: UIDSet, _ change: FlagChange) async throws(IMAP4Error) {
        guard !uids.isEmpty else { return try await client.check(scope, "UID STORE") }
        _ = try await client.run(.store(uids, change, silently: true), in: scope)
    }

    /// Copies messages into another mailbox (RFC 3501 §6.4.7).
    ///
    /// - Returns: the UIDs the copies got; nil where the server does not tell, or there was none to copy.
    /// - Throws: `refused` with the code `TRYCREATE` where the mailbox does not exist.
    @discardableResult
    public func copy(_ uids: UIDSet, to name: MailboxName) async throws(IMAP4Error) -> CopiedUIDs? {
        guard !uids.isEmpty else {
            try await client.check(scope, "UID COPY")
            return nil
        }
        return Self.copied(try await client.run(.copy(uids, name), in: scope))
    }

    /// Moves messages into another mailbox (RFC 6851).
    ///
    /// Where the server has no MOVE, they are copied, marked `\Deleted` and expunged by their UIDs (RFC 4315), one
    /// command after the other.
    /// - Returns: the UIDs they got; nil where the server does not tell, or there was none to move.
    /// - Throws: `extensionNotOffered` where the server has neither MOVE nor UIDPLUS: a bare EXPUNGE would also
    ///   remove what others marked.
    @discardableResult
    public func move(_ uids: UIDSet, to name: MailboxName) async throws(IMAP4Error) -> CopiedUIDs? {
        try await client.check(scope, "UID MOVE")
        guard !uids.isEmpty else { return nil }
        let capabilities = try await client.capabilities()
        if capabilities.offers(.move) {
            return Self.copied(try await client.run(.move(uids, name), in: scope))
        }
        guard capabilities.offers(.uidPlus) else {
            throw IMAP4Error(
                .extensionNotOffered, command: "UID MOVE", connectionIsUsable: true,
                "the server has neither MOVE nor UIDPLUS")
        }
        // The messages as they are now: one that arrives behind the copy must not be marked with them.
        let present = try await search(.uid(uids))
        guard !present.isEmpty else { return nil }
        let copied = try await copy(present, to: name)
        try await store(present, .add([.deleted]))
        try await expunge(present)
        return copied
    }

    private static func copied(_ outcome: IMAP4Client.Outcome) -> CopiedUIDs? {
        if case .copyUID(let copied) = outcome.reply.code { return copied }
        for case .reply(let reply) in outcome.data {
            if case .copyUID(let copied) = reply.code { return copied }
        }
        return nil
    }

    /// Removes those of the messages that are marked `\Deleted` (UID EXPUNGE, RFC 4315 §2.1).
    ///
    /// - Throws: `extensionNotOffered` where the server has no UIDPLUS.
    public func expunge(_ uids: UIDSet) async throws(IMAP4Error) {
        guard !uids.isEmpty else { return try await client.check(scope, "UID EXPUNGE") }
        _ = try await client.run(.expungeUIDs(uids), in: scope)
    }

    /// Removes all messages that are marked `\Deleted`, whoever marked them (EXPUNGE, RFC 3501 §6.4.3).
    public func expungeAllDeleted() async throws(IMAP4Error) {
        _ = try await client.run(.expunge, in: scope)
    }

    /// Gives the server a chance to tell news of the mailbox (RFC 3501 §6.1.2); `state()` shows them.
    public func noop() async throws(IMAP4Error) {
        _ = try await client.run(.noop, in: scope)
    }

    /// Has the server tell news as they happen (IDLE, RFC 2177); it is ended when `body` returns, throws or is
    /// cancelled.
    ///
    /// The IDLE is begun anew every `Configuration.idleRenewal`, unseen. Other commands are not allowed inside.
    /// - Throws: `extensionNotOffered` where the server has no IDLE; what `body` throws, untouched.
    public func idle<Value>(_ body: (MailboxEvents) async throws -> Value) async throws -> Value {
        try await client.beginIdle(in: scope)
        do {
            let value = try await body(MailboxEvents(client: client))
            await client.endIdle()
            return value
        } catch {
            await client.endIdle()
            throw error
        }
    }
}
