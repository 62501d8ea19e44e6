/// Chooses how a loop's thread waits for its next events: asleep, awake for a moment first, or after a nap.
///
/// To fall asleep and be woken costs tens of microseconds, more than an answer takes that is on its way from a server nearby. Where the
/// last sleep was that short, the thread asks the kernel again and again for a moment before the next. Where that is in vain it only
/// sleeps, for twice as many short sleeps each time: a server farther away costs nothing.
///
/// Where octets come in bulk the cost is not the delay but the number of wake-ups, each for a few of them: the thread naps first and
/// finds more of them at once.
struct Waiting {
    enum Manner: Equatable {
        case asleep
        /// Asking for `awakeLimit`, then asleep.
        case awake
        /// Without asking for `nap`, then asleep.
        case afterNap
    }

    /// The longest that is waited awake, in nanoseconds; 0 where every wait is asleep.
    let awakeLimit: Int64
    private var manner = Manner.asleep
    private var lastWasShort = false
    /// Octets from one wait to the next, the older ones counting less.
    private var average = 0
    /// How many short sleeps must be seen before the thread waits awake, and how many the next time that it was in vain.
    private var shortSleepsWanted = 1
    private var penalty = 1

    init(awakeLimit: Duration) {
        self.awakeLimit = max(MonotonicTime(nanoseconds: 0).advanced(by: awakeLimit).nanoseconds, 0)
    }

    /// How to wait now, `octetsRead` having come since the last wait.
    mutating func next(octetsRead: Int) -> Manner {
        average = (average * 3 + octetsRead) / 4
        manner = choose()
        return manner
    }

    /// The wait ended while the thread was awake.
    mutating func endedAwake() {
        penalty = 1
        lastWasShort = true
    }

    /// The wait ended after a sleep, `nanoseconds` after it began.
    mutating func endedAsleep(after nanoseconds: Int64) {
        lastWasShort = nanoseconds < 4 * awakeLimit
        switch manner {
        case .awake:
            penalty = min(penalty * 2, Self.highestPenalty)
            shortSleepsWanted = penalty
        case .asleep:
            if shortSleepsWanted > 0, nanoseconds < 2 * awakeLimit { shortSleepsWanted -= 1 }
        case .afterNap:
            shortSleepsWanted = max(shortSleepsWanted, Self.calm)
        }
    }

    private func choose() -> Manner {
        guard awakeLimit > 0 else { return .asleep }
        if average >= Self.bulk { return lastWasShort ? .afterNap : .asleep }
        return shortSleepsWanted == 0 ? .awake : .asleep
    }

    /// So many octets between two waits, on average, are bulk.
    static var bulk: Int { 32 * 1024 }
    /// Length of a nap, in microseconds.
    static var nap: UInt32 { 50 }
    /// After a nap so many short sleeps: bulk that trickles for a moment is not worth being awake for.
    private static var calm: Int { 16 }
    private static var highestPenalty: Int { 1024 }
}
