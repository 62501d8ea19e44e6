import Octets

/// Runs calls that block on threads of their own, so that no loop ever waits.
///
/// Each kind of work has a pool of its own: a name server that does not answer holds up no trust store. A pool has at most `limit` threads at
/// once; they end when nothing is queued. A call that nobody waits for any more goes on until it returns: the C library has no way to
/// stop it.
final class BlockingWork: Sendable {
    private struct Item: Sendable {
        let run: @Sendable () -> Void
        let refuse: @Sendable (TransportError) -> Void
    }

    private struct State {
        var queue: [Item] = []
        var threads = 0
    }

    private let name: StaticString
    private let limit: Int
    private let state = Lock(State())

    /// A pool of at most `limit` threads, which debuggers show as `name`.
    init(_ name: StaticString, limit: Int) {
        self.name = name
        self.limit = limit
    }

    /// For files, such as trust stores: 16 threads.
    static let files = BlockingWork("mailwire-file", limit: 16)

    /// Queues `work` on `files`; calls `refused` instead where no thread can be had.
    static func run(_ work: @escaping @Sendable () -> Void, refused: @escaping @Sendable (TransportError) -> Void) {
        files.run(work, refused: refused)
    }

    /// Queues `work` for a thread where blocking is harmless; calls `refused` instead where no thread can be had.
    func run(_ work: @escaping @Sendable () -> Void, refused: @escaping @Sendable (TransportError) -> Void) {
        let mustStart = state.withLock { state in
            state.queue.append(Item(run: work, refuse: refused))
            guard state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        guard mustStart else { return }
        do throws(TransportError) {
            try Thread.start(name) { self.drain() }
        } catch {
            // Other threads, if there are any, will take what is queued.
            let stranded = state.withLock { state in
                state.threads -= 1
                guard state.threads == 0 else { return [Item]() }
                defer { state.queue = [] }
                return state.queue
            }
            for item in stranded { item.refuse(error) }
        }
    }

    private func drain() {
        while true {
            let item: Item? = state.withLock { state in
                guard !state.queue.isEmpty else {
                    state.threads -= 1
                    return nil
                }
                return state.queue.removeFirst()
            }
            guard let item else { return }
            item.run()
        }
    }
}
