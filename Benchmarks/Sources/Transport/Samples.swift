import CMeasuring
import Synchronization

/// Durations in nanoseconds, from many tasks.
final class Samples: Sendable {
    private let values = Mutex<[Int64]>([])
    private let wanted: Int
    private let whole = Mutex<CheckedContinuation<Void, Never>?>(nil)

    /// Samples that are complete when there are `wanted`.
    init(wanted: Int = .max) {
        self.wanted = wanted
        values.withLock { $0.reserveCapacity(min(wanted, 100_000)) }
    }

    func add(_ value: Int64) {
        let count = values.withLock { values in
            values.append(value)
            return values.count
        }
        if count == wanted { whole.withLock { $0?.resume() } }
    }

    /// Waits until there are as many as wanted; to be called before the first one comes.
    func complete(_ begin: () -> Void) async {
        await withCheckedContinuation { continuation in
            whole.withLock { $0 = continuation }
            begin()
        }
    }

    /// Prints ` name_p50=… name_p99=… name_max=…` behind how many there are.
    func report(_ name: String) {
        var sorted = values.withLock { $0 }
        sorted.sort()
        guard let last = sorted.last else { return print("count=0") }
        let middle = sorted[sorted.count / 2]
        let nearly = sorted[(sorted.count - 1) * 99 / 100]
        print("count=\(sorted.count) \(name)_p50=\(middle) \(name)_p99=\(nearly) \(name)_max=\(last)")
    }
}
