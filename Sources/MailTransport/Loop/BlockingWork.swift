import Octets

/// Runs calls that block (name resolution, reading trust stores) on threads of their own, so that no loop ever waits.
///
/// At most `limit` such threads run at once; they end when nothing is queued. A call that nobody waits for any more goes on
/// until it returns: the C library has no way to stop it.
enum BlockingWork {
    private struct Item: Sendable {
        let run: @Sendable () -> Void
        let refuse: @Sendable (TransportError) -> Void
    }

    private struct State {
        var queue: [Item] = []
        var threads = 0
    }

    private static let limit = 16
    private static let state = Lock(State())

    /// Queues `work` for a thread where blocking is harmless; calls `refused` instead where no thread can be had.
    static func run(_ work: @escaping @Sendable () -> Void, refused: @escaping @Sendable (TransportError) -> Void) {
        let mustStart = state.withLock { state in
            state.queue.append(Item(run: work, refuse: refused))
            guard state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        guard mustStart else { return }
        do throws(TransportError) {
            try Thread.start("mailwire-block") { drain() }
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

    private static func drain() {
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
