import Glibc

/// A point on the monotonic clock, in nanoseconds since boot; wall-clock jumps do not move it.
struct MonotonicTime: Sendable, Comparable {
    let nanoseconds: Int64

    static var now: MonotonicTime {
        var time = timespec()
        // Holds: `time` is a local that outlives the call. CLOCK_MONOTONIC cannot fail on Linux.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// How long it is since `earlier`.
    func since(_ earlier: MonotonicTime) -> Duration { .nanoseconds(nanoseconds - earlier.nanoseconds) }

    /// The point `duration` later, this one where that is negative; held at the end of the clock where it would lie beyond.
    func advanced(by duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return self }
        let (whole, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (delay, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        let (sum, isBeyond) = nanoseconds.addingReportingOverflow(delay)
        return MonotonicTime(nanoseconds: overflowed || carried || isBeyond ? .max : sum)
    }
}
