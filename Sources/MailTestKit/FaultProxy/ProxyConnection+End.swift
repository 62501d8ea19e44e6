/// How a connection ends.
extension ProxyConnection {
    /// Tells a side what the other one told.
    func finish(_ end: DelayLine.End, _ sink: ProxySide, at now: Instant) {
        switch end {
        case .reset:
            owed = sink
            phase = .resetting(since: now)
        case .orderly: sink.endWriting(sendsCloseNotify: true)
        case .truncated: sink.endWriting(sendsCloseNotify: false)
        }
    }

    func endIfDone() {
        guard phase == .open || phase == .lingering, toClient.phase == .done, toServer.phase == .done else { return }
        if client.isFlushed, server?.isFlushed ?? true { end(cause ?? .closed) }
    }

    /// A side reset the connection: the other one gets what is on its way, and then a reset too.
    func didReset(_ side: ProxySide, at now: Instant) {
        guard phase == .open else { return }
        let isClient = side === client
        cause = cause ?? (isClient ? .resetByClient : .resetByServer)
        let (onward, back) = isClient ? (toServer, toClient) : (toClient, toServer)
        back.finish()
        onward.line.end(.reset, at: now)
        if onward.phase != .flowing || (onward.line.isDrained && onward.line.dueEnd(at: now) != nil) {
            phase = .resetting(since: now)
        } else {
            patience = now + onward.faults.delay + Self.lingering
        }
    }

    /// A fault that was not set beforehand ends it now.
    func strike(_ way: Faults.Way, _ ending: Faults.Ending, at now: Instant) {
        guard phase == .open else { return }
        strike(way == .toClient ? toClient : toServer, Faults.Cut(after: 0, ending), at: now)
    }

    func strike(_ passage: ProxyPassage, at now: Instant) {
        guard let cut = passage.faults.cut, passage.phase == .flowing else { return }
        strike(passage, cut, at: now)
    }

    private func strike(_ passage: ProxyPassage, _ cut: Faults.Cut, at now: Instant) {
        record.strikes.append(
            FaultProxy.Strike(
                connection: record.number, way: passage.way, ending: cut.ending, octets: passage.line.forwarded))
        cause = .struck(cut.ending)
        switch cut.ending {
        case .close: linger(from: now, sendsCloseNotify: cut.sendsCloseNotify)
        case .reset:
            owed = passage.way == .toClient ? client : server
            phase = .resetting(since: now)
        case .halfClose:
            (passage.way == .toClient ? client : server)?.endWriting(sendsCloseNotify: cut.sendsCloseNotify)
            passage.discard()
        case .blackHole: phase = .frozen
        }
    }

    func resetWhenArrived(_ since: Instant, at now: Instant) {
        let sides = [client, server].compactMap { $0 }
        let hasArrived = sides.allSatisfy { side in
            side.isWritable = true
            side.flush()
            // On this machine what left the kernel's queue is in the peer's; its acknowledgement may take 40 ms more.
            return side.isDeaf || (side.isFlushed && side.isAcknowledged)
                || (side.isFlushed && side.isLocal && side.hasSentAll && since + .milliseconds(5) <= now)
                // Who is full because it does not read does not hold up the other one.
                || (side !== owed && since + .milliseconds(50) <= now)
        }
        guard hasArrived || since + Self.lingering <= now else { return }
        for side in sides { side.reset() }
        end(cause ?? .closed)
    }

    /// Tells both sides the end, and gives them time to tell theirs.
    private func linger(from now: Instant, sendsCloseNotify: Bool) {
        for side in [client, server] { side?.endWriting(sendsCloseNotify: sendsCloseNotify) }
        toClient.discard()
        toServer.discard()
        patience = now + Self.lingering
        phase = .lingering
    }

    func linger(at now: Instant, _ room: inout [UInt8]) {
        client.flush()
        server?.flush()
        for (passage, side) in [(toServer, client), (toClient, server)] {
            guard let side, passage.phase != .done else { continue }
            var rounds = 0
            reading: while side.isReadable {
                guard rounds < Self.fairRounds else {
                    isBusy = true
                    break
                }
                rounds += 1
                switch side.read(into: &room) {
                case .octets: continue
                case .nothing: break reading
                case .end, .failed:
                    passage.finish()
                    break reading
                }
            }
        }
        endIfDone()
        if phase == .lingering, let patience, patience <= now { end(cause ?? .closed) }
    }

    func end(_ end: FaultProxy.End) {
        phase = .over
        record.end = end
        client.close()
        server?.close()
    }

    /// TLS did not come about, or broke: both sides are told the end, the guilty one with an alert before it.
    func fail(_ side: ProxySide, _ reason: String, at now: Instant) {
        cause = .tlsFailed("\(side === client ? "client" : "server"): \(reason)")
        linger(from: now, sendsCloseNotify: false)
    }
}
