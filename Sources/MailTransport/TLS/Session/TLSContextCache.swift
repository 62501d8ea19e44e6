import Octets

/// The contexts that were made, for the next connection with an equal configuration.
enum TLSContextCache {
    private struct Entry {
        /// Found as long as any connection has it.
        weak var context: TLSContext?
        /// Kept for later connections.
        var kept: TLSContext?
        /// When its files were last found unchanged.
        var checked: MonotonicTime
        var lastUse: UInt64
    }

    private struct State {
        var entries: [TLSConfiguration: Entry] = [:]
        var waiting: [TLSConfiguration: [SharedReply<TLSContext>]] = [:]
        var uses: UInt64 = 0
    }

    private enum Found {
        case ready(TLSContext)
        case mustMake
        case isBeingMade
    }

    private static let state = Lock(State())

    /// The context for `configuration`, made, or its files looked at, off the loop.
    static func context(
        for configuration: TLSConfiguration, within limit: Duration, on loop: EventLoop
    ) async throws(TransportError) -> TLSContext {
        var key = configuration
        key.serverName = nil
        let wanted = key
        let reply = SharedReply<TLSContext>()
        let found: Found = state.withLock { state in
            if let context = fresh(wanted, &state) { return .ready(context) }
            state.waiting[wanted, default: []].append(reply)
            return state.waiting[wanted]?.count == 1 ? .mustMake : .isBeingMade
        }
        switch found {
        case .ready(let context): return context
        case .isBeingMade: break
        case .mustMake:
            BlockingWork.run {
                settle(wanted, Result { () throws(TransportError) in try make(wanted) })
            } refused: { error in
                settle(wanted, .failure(error))
            }
        }
        return try await reply.value(during: "read the TLS settings", within: limit, on: loop).get()
    }

    /// A context that needs no look at the disk.
    private static func fresh(_ key: TLSConfiguration, _ state: inout State) -> TLSContext? {
        guard var entry = state.entries[key], let context = entry.context else { return nil }
        // The system's trust store changes seldom, and only as a whole; what a caller names may change at any time.
        let mayRest = key.namesNoFiles && MonotonicTime.now.since(entry.checked) < .seconds(60)
        guard context.stamps.isEmpty || mayRest else { return nil }
        state.uses += 1
        entry.lastUse = state.uses
        state.entries[key] = entry
        return context
    }

    /// The context that is known, if its files are as they were, or a new one; blocks.
    private static func make(_ key: TLSConfiguration) throws(TransportError) -> TLSContext {
        let (known, store) = state.withLock { state in
            (
                state.entries[key]?.context,
                state.entries.values.lazy.compactMap(\.context?.store).first { $0.recipe == key.trustRecipe }
            )
        }
        let now = MonotonicTime.now
        if let known, known.stamps.allSatisfy(\.holds) {
            keep(known, key, now)
            return known
        }
        let goodStore = store.flatMap { store in store.stamps.allSatisfy(\.holds) ? store : nil }
        let made = try TLSContext(key, known: goodStore)
        keep(made, key, now)
        return made
    }

    private static func keep(_ context: TLSContext, _ key: TLSConfiguration, _ checked: MonotonicTime) {
        // What is dropped is freed behind the lock.
        let dropped: TLSContext? = state.withLock { state in
            state.uses += 1
            let before = state.entries[key]?.kept
            state.entries[key] = Entry(context: context, kept: context, checked: checked, lastUse: state.uses)
            let kept = state.entries.filter { $0.value.kept != nil }
            guard kept.count > capacity, let oldest = kept.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
                return before
            }
            state.entries[oldest.key]?.kept = nil
            state.entries = state.entries.filter { $0.value.context != nil }
            return oldest.value.kept
        }
        withExtendedLifetime(dropped) {}
    }

    private static func settle(_ key: TLSConfiguration, _ result: Result<TLSContext, TransportError>) {
        let waiting = state.withLock { state in state.waiting.removeValue(forKey: key) ?? [] }
        for reply in waiting { reply.resolve(result) }
    }

    /// How many contexts are kept.
    static var count: Int { state.withLock { state in state.entries.values.count { $0.kept != nil } } }

    /// The most contexts that are kept, the longest unused going first.
    static let capacity = 32
}

extension TLSConfiguration {
    /// Whether nothing but the system's trust store is read from disk.
    fileprivate var namesNoFiles: Bool {
        let rootsAreElsewhere = roots.sources.allSatisfy { source in
            switch source {
            case .system, .memory: true
            case .file, .folder: false
            }
        }
        let listsAreElsewhere = revocation.lists.allSatisfy { if case .memory = $0.source { true } else { false } }
        let identityIsElsewhere =
            switch identity?.source {
            case .pemFiles, .pkcs12File: false
            case .pem, .pkcs12, nil: true
            }
        return rootsAreElsewhere && listsAreElsewhere && identityIsElsewhere
    }
}
