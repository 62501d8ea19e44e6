internal import Glibc
internal import Octets

/// What a proxy's thread and its owners share.
final class ProxyState: Sendable {
    typealias Condition = @Sendable (FaultProxy.Statistics) -> Bool

    /// What an owner asks of the thread.
    enum Order {
        case strike(Faults.Way, Faults.Ending)
        case stop
    }

    private struct Waiter {
        let condition: Condition
        let continuation: CheckedContinuation<FaultProxy.Statistics, Never>
    }

    private struct Values {
        var statistics = FaultProxy.Statistics()
        var orders: [Order] = []
        /// Where a written octet wakes the thread; nil when it has ended.
        var bell: Int32?
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let values: Lock<Values>

    /// The thread's side of `bell` is the thread's; `bell` itself is closed with the end.
    init(bell: Int32) {
        var initial = Values()
        initial.bell = bell
        values = Lock(initial)
    }

    // MARK: For owners

    var statistics: FaultProxy.Statistics { values.withLock { $0.statistics } }

    /// Hands an order to the thread, if there is still one.
    func order(_ order: Order) {
        values.withLock { values in
            guard let bell = values.bell else { return }
            values.orders.append(order)
            var octet: UInt8 = 0
            // Holds: one octet, which outlives the call. Where the bell's buffer is full, it rings already.
            _ = unsafe send(bell, &octet, 1, Int32(MSG_NOSIGNAL))
        }
    }

    /// Waits until `condition` holds, the thread has ended or the task is cancelled.
    func statistics(when condition: @escaping Condition) async -> FaultProxy.Statistics {
        let number = nextNumber()
        return await withTaskCancellationHandler {
            await wait(number, condition)
        } onCancel: {
            // One that does not wait yet looks at its task itself.
            resume { taken, _ in taken == number }
        }
    }

    /// Waits until the thread has ended, whatever comes.
    func ended() async {
        _ = await withCheckedContinuation { continuation in
            let number = nextNumber()
            register(number, Waiter(condition: { _ in false }, continuation: continuation))
        }
    }

    private func wait(_ number: UInt64, _ condition: @escaping Condition) async -> FaultProxy.Statistics {
        await withCheckedContinuation { continuation in
            register(number, Waiter(condition: condition, continuation: continuation))
            if Task.isCancelled { resume { taken, _ in taken == number } }
        }
    }

    private func register(_ number: UInt64, _ waiter: Waiter) {
        let hasEnded = values.withLock { values in
            values.waiters[number] = waiter
            return values.bell == nil
        }
        resume { taken, isFulfilled in taken == number && (hasEnded || isFulfilled) }
    }

    private func nextNumber() -> UInt64 {
        values.withLock { values in
            values.nextWaiter += 1
            return values.nextWaiter
        }
    }

    // MARK: For the thread

    func takeOrders() -> [Order] {
        values.withLock { values in
            defer { values.orders = [] }
            return values.orders
        }
    }

    /// Tells what came of a connection until now.
    func publish(_ record: FaultProxy.ConnectionRecord) {
        values.withLock { $0.statistics.update(record) }
        resume { _, isFulfilled in isFulfilled }
    }

    /// Says that the thread does nothing any more.
    func end() {
        values.withLock { values in
            if let bell = values.bell { close(bell) }
            values.bell = nil
        }
        resume { _, _ in true }
    }

    /// Lets those go on whom `choice` takes, by number and whether their condition holds.
    private func resume(_ choice: (UInt64, Bool) -> Bool) {
        let (statistics, waiters) = values.withLock { ($0.statistics, $0.waiters) }
        guard !waiters.isEmpty else { return }
        // Conditions are others' code, which may ask for this object again.
        let chosen = waiters.filter { choice($0.key, $0.value.condition(statistics)) }.map(\.key)
        let taken = values.withLock { values in chosen.compactMap { values.waiters.removeValue(forKey: $0) } }
        for waiter in taken { waiter.continuation.resume(returning: statistics) }
    }
}
