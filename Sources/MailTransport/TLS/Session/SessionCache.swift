import Octets

/// Sessions to be resumed, of one configuration: what was verified under other settings is in another cache.
final class SessionCache: Sendable {
    /// Whose sessions they are. A session is never used for another one.
    struct Key: Sendable, Hashable {
        let host: String
        let port: UInt16
        let name: ServerName
        /// What the certificate may be for instead; nil for the name alone.
        var accepted: AcceptedNames?
    }

    private struct Shelf {
        /// The oldest first.
        var sessions: [ResumableSession] = []
        var lastUse: UInt64
    }

    private struct State {
        var shelves: [Key: Shelf] = [:]
        var uses: UInt64 = 0
    }

    private let state = Lock(State())

    /// The newest session for `key` that is still good; it stays only where it may be used again.
    func take(_ key: Key, now: Int64 = CertificateTime.now) -> ResumableSession? {
        state.withLock { state in
            guard var shelf = state.shelves[key] else { return nil }
            shelf.sessions.removeAll { !$0.isGood(at: now) }
            let newest = shelf.sessions.last
            if newest?.isForOneUse == true { shelf.sessions.removeLast() }
            state.uses += 1
            shelf.lastUse = state.uses
            state.shelves[key] = shelf.sessions.isEmpty ? nil : shelf
            return newest
        }
    }

    /// Keeps `session` for `key`, where it is good for anything.
    func add(_ session: ResumableSession, for key: Key, now: Int64 = CertificateTime.now) {
        guard session.isGood(at: now) else { return }
        state.withLock { state in
            state.uses += 1
            var shelf = state.shelves[key] ?? Shelf(lastUse: 0)
            // One that may be used again is replaced by the newer one.
            if !session.isForOneUse { shelf.sessions.removeAll { !$0.isForOneUse } }
            shelf.sessions.append(session)
            if shelf.sessions.count > Self.sessionsOfServer { shelf.sessions.removeFirst() }
            shelf.lastUse = state.uses
            state.shelves[key] = shelf
            guard state.shelves.count > Self.servers else { return }
            if let oldest = state.shelves.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
                state.shelves[oldest] = nil
            }
        }
    }

    /// Drops `session`, with which a handshake failed.
    func remove(_ session: ResumableSession, for key: Key) {
        state.withLock { state in
            guard var shelf = state.shelves[key] else { return }
            shelf.sessions.removeAll { $0 === session }
            state.shelves[key] = shelf.sessions.isEmpty ? nil : shelf
        }
    }

    /// How many sessions are kept.
    var count: Int { state.withLock { state in state.shelves.values.reduce(0) { $0 + $1.sessions.count } } }

    /// The most servers whose sessions are kept.
    static let servers = 256
    /// The most sessions that are kept of one server.
    static let sessionsOfServer = 4
}
