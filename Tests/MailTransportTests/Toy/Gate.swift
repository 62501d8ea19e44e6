import Glibc
import Synchronization

/// What a thread waits at until a test opens it, half a minute at most.
final class Gate: Sendable {
    private let state = Atomic(false)
    private let count = Atomic(0)

    /// How many have come to it.
    var arrivals: Int { count.load(ordering: .acquiring) }

    func open() { state.store(true, ordering: .releasing) }

    func wait() {
        count.add(1, ordering: .acquiringAndReleasing)
        var left = 30_000
        while !state.load(ordering: .acquiring), left > 0 {
            usleep(1000)
            left -= 1
        }
    }

    deinit { open() }
}

/// Waits until `condition` holds; false where it does not within half a minute.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return false
}
