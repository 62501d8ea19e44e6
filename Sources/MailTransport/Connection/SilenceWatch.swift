/// Whether octets move as they should while somebody waits; asked now and then, by a timer.
struct SilenceWatch {
    /// What the driver knows.
    struct Movement {
        /// Octets in both directions.
        let moved: UInt64
        let lastMoved: MonotonicTime
        /// Whether something was received since something was last sent.
        let isAnswering: Bool
    }

    enum Verdict {
        case late(TransportError)
        /// To be asked again after so long.
        case fine(Duration)
    }

    /// An interval in which the rate is measured: the time that was waited in it, and what had moved before.
    private struct Interval {
        var waited: Duration
        let movedBefore: UInt64
    }

    var timer: LoopTimer?
    private var command = ""
    private let firstOctet: Duration?
    private let stall: Duration?
    private let rate: (octets: UInt64, interval: Duration)?
    private var resumed = MonotonicTime.now
    private var counted = MonotonicTime.now
    private var interval: Interval?

    init(_ configuration: TransportConfiguration) {
        firstOctet = configuration.firstOctetTimeout
        stall = configuration.stallTimeout
        rate = configuration.minimumRate.map { rate in
            let interval = max(configuration.rateInterval, .milliseconds(1))
            let wanted = Double(max(rate, 0)) * (interval / .seconds(1))
            return (UInt64(min(wanted, Double(UInt32.max))), interval)
        }
    }

    /// Somebody waits from now on.
    mutating func resume(_ command: String, now: MonotonicTime) {
        self.command = command
        resumed = now
        counted = now
    }

    /// Nobody waits any more.
    mutating func pause(now: MonotonicTime) {
        timer?.cancel()
        timer = nil
        interval?.waited += now.since(counted)
        counted = now
    }

    mutating func check(_ movement: Movement, now: MonotonicTime) -> Verdict {
        var next: [Duration] = []
        let quiet = now.since(max(movement.lastMoved, resumed))
        if let limit = movement.isAnswering ? stall : firstOctet {
            guard quiet < limit else {
                let phase = movement.isAnswering ? "the next octet of \(command)" : "the first octet of \(command)"
                return .late(.timedOut(during: phase, after: limit))
            }
            next.append(limit - quiet)
        }
        // The other limit may come to count before this is asked again.
        if let other = movement.isAnswering ? firstOctet : stall { next.append(other) }
        if let rate {
            if let slow = measure(rate, movement, now: now) { return .late(slow) }
            next.append(rate.interval - (interval?.waited ?? .zero))
        }
        return .fine(next.min() ?? .seconds(3600))
    }

    /// Measures the rate of an answer that has begun: how long a server thinks is not its business.
    private mutating func measure(
        _ rate: (octets: UInt64, interval: Duration), _ movement: Movement, now: MonotonicTime
    ) -> TransportError? {
        defer { counted = now }
        guard movement.isAnswering, let known = interval else {
            interval = movement.isAnswering ? Interval(waited: .zero, movedBefore: movement.moved) : nil
            return nil
        }
        let waited = known.waited + now.since(counted)
        interval?.waited = waited
        guard waited >= rate.interval else { return nil }
        let moved = movement.moved &- known.movedBefore
        interval = Interval(waited: .zero, movedBefore: movement.moved)
        guard moved < rate.octets else { return nil }
        return TransportError(
            .timedOut, during: command,
            "\(command): \(moved) octets moved in \(waited) of waiting, at least \(rate.octets) are demanded")
    }
}

extension EngineClient {
    /// Begins to watch over what moves, where the configuration wants that; whoever waits already goes on being watched.
    func watchSilence(_ command: String) {
        guard driver.configuration.watchesSilence, driver.waits.silence?.timer == nil else { return }
        if driver.waits.silence == nil { driver.waits.silence = SilenceWatch(driver.configuration) }
        driver.waits.silence?.resume(command, now: .now)
        checkSilence()
    }

    /// Watches no more, where nobody waits.
    func endSilence() {
        guard driver.waits.isEmpty else { return }
        driver.waits.silence?.pause(now: .now)
    }

    private func checkSilence() {
        guard let verdict = driver.waits.silence?.check(driver.movement, now: .now) else { return }
        switch verdict {
        case .late(let error):
            fail(error)
        case .fine(let next):
            driver.waits.silence?.timer = loop.schedule(after: next) { [weak self] in
                self?.assumeIsolated { $0.checkSilence() }
            }
        }
    }
}
