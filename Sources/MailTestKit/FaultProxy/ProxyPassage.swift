/// One way through a connection: what waits on it, and how far it is. Confined to the proxy's thread.
final class ProxyPassage {
    enum Phase {
        /// Octets go.
        case flowing
        /// What comes is thrown away.
        case discarding
        /// Nothing comes or goes any more.
        case done
    }

    let way: Faults.Way
    let faults: Faults.Direction
    var line: DelayLine
    var phase = Phase.flowing

    init(_ way: Faults.Way, _ faults: Faults) {
        self.way = way
        self.faults = faults[way]
        line = DelayLine(self.faults)
    }

    /// Whether the side that octets come from is to be read.
    var reads: Bool {
        switch phase {
        case .flowing: line.wantsMore
        case .discarding: true
        case .done: false
        }
    }

    /// Whether something would leave now if the side it goes to took it.
    func hasPiece(at now: ContinuousClock.Instant) -> Bool {
        phase == .flowing && line.piece(at: now) != nil
    }

    /// When there is something to do though neither side does anything; nil for never.
    func nextTime(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard phase == .flowing, let next = line.nextTime() else { return nil }
        return next > now ? next : nil
    }

    func discard() {
        phase = .discarding
        line.discard()
    }

    func finish() {
        phase = .done
        line.discard()
    }

    /// What it came to, as it is told.
    var record: FaultProxy.Passage {
        var record = FaultProxy.Passage()
        record.octets = line.forwarded
        record.writes = line.pieces
        record.peak = line.peak
        return record
    }
}
