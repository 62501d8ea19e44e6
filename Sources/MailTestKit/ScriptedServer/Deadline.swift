internal import Glibc
internal import Synchronization

/// How long a server may wait, and whether anybody still wants it to.
struct Deadline: Sendable {
    /// Says that nobody wants the server any more.
    final class Stop: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }

    let end: ContinuousClock.Instant
    let stop: Stop

    /// So long from now.
    init(in time: Duration, _ stop: Stop) {
        end = .now + time
        self.stop = stop
    }

    var hasPassed: Bool { stop.isSet || ContinuousClock.now >= end }

    /// Waits until `descriptor` is ready for `events` or the deadline has passed; false for the latter.
    func wait(for descriptor: Int32, _ events: Int32) -> Bool {
        while !hasPassed {
            var watched = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
            let left = min((end - .now) / .milliseconds(1), Self.slice)
            // Holds: one structure, which outlives the call.
            let count = unsafe poll(&watched, 1, Int32(max(left, 0).rounded(.up)))
            if count > 0 { return true }
            if count < 0, errno != EINTR { return true }
        }
        return false
    }

    /// Waits until the deadline has passed.
    func sleep() {
        while !hasPassed {
            let left = min((end - .now) / .milliseconds(1), Self.slice)
            usleep(UInt32(max(left * 1000, 1)))
        }
    }

    /// The longest wait before looking whether somebody still wants it, in milliseconds.
    private static let slice = 20.0
}
