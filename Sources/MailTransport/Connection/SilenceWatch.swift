/// Whether octets move as they should while somebody waits; asked now and then, by a timer.
struct SilenceWatch {
    /// What the driver counted.
    struct Movement {
        let received: UInt64
        let moved: UInt64
        let lastMoved: MonotonicTime
    }

    enum Verdict {
        case late(TransportError)
        /// To be asked again after so long.
        case fine(Duration)
    }

    var timer: LoopTimer?
    private let command: String
    private let firstOctet: Duration?
    private let stall: Duration?
    private let rate: (octets: UInt64, interval: Duration)?
    private let began: MonotonicTime
    private let receivedBefore: UInt64
    private var interval: (began: MonotonicTime, moved: UInt64)

    init(_ configuration: TransportConfiguration, command: String, _ movement: Movement, now: MonotonicTime) {
        self.command = command
        firstOctet = configuration.firstOctetTimeout
        stall = configuration.stallTimeout
        rate = configuration.minimumRate.map { rate in
            let interval = max(configuration.rateInterval, .milliseconds(1))
            let wanted = Double(max(rate, 0)) * (interval / .seconds(1))
            return (UInt64(min(wanted, Double(UInt32.max))), interval)
        }
        began = now
        receivedBefore = movement.received
        interval = (now, movement.moved)
    }

    mutating func check(_ movement: Movement, now: MonotonicTime) -> Verdict {
        var next: [Duration] = []
        let quiet = now.since(max(movement.lastMoved, began))
        let isAnswering = movement.received != receivedBefore
        if let limit = isAnswering ? stall : firstOctet {
            guard quiet < limit else {
                let phase = isAnswering ? "the next octet of \(command)" : "the first octet of \(command)"
                return .late(.timedOut(during: phase, after: limit))
            }
            next.append(limit - quiet)
        } else if let other = stall ?? firstOctet {
            // The other limit may come to count before this is asked again.
            next.append(other)
        }
        if let rate {
            let spent = now.since(interval.began)
            if spent >= rate.interval {
                let moved = movement.moved &- interval.moved
                guard moved >= rate.octets else {
                    return .late(
                        TransportError(
                            .timedOut, during: command,
                            "\(command): \(moved) octets moved in \(spent), at least \(rate.octets) are demanded"))
                }
                interval = (now, movement.moved)
                next.append(rate.interval)
            } else {
                next.append(rate.interval - spent)
            }
        }
        return .fine(next.min() ?? .seconds(3600))
    }
}

extension EngineClient {
    /// Begins to watch over what moves, where the configuration wants that; whoever waits already goes on being watched.
    func watchSilence(_ command: String) {
        guard driver.configuration.watchesSilence, driver.waits.silence == nil else { return }
        driver.waits.silence = SilenceWatch(driver.configuration, command: command, driver.movement, now: .now)
        checkSilence()
    }

    /// Watches no more, where nobody waits.
    func endSilence() {
        guard driver.waits.isEmpty else { return }
        driver.waits.silence?.timer?.cancel()
        driver.waits.silence = nil
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
