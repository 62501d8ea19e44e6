internal import Glibc

/// A client, the server it is joined with, and the faults between them. Confined to the proxy's thread.
final class ProxyConnection {
    typealias Instant = ContinuousClock.Instant

    enum Phase: Equatable {
        /// The server has not answered yet; the addresses behind the one that is tried.
        case connecting
        /// Octets go both ways.
        case open
        /// As soon as what was forwarded has arrived, both sides are reset.
        case resetting(since: Instant)
        /// Both sides were told the end, and may tell theirs.
        case lingering
        /// Nothing is done any more.
        case frozen
        /// Both sockets are closed.
        case over
    }

    let client: ProxySide
    private(set) var server: ProxySide?
    private(set) var phase = Phase.connecting
    private(set) var record: FaultProxy.ConnectionRecord
    /// When there is something to do though nothing comes; nil for never.
    private(set) var wakeTime: Instant?
    /// What poll(2) is to watch on the client's and the server's socket.
    private(set) var interests: (client: Int32, server: Int32) = (0, 0)

    private let toClient: ProxyPassage
    private let toServer: ProxyPassage
    private var addresses: ArraySlice<ProxyAddress>
    /// Until when others get the time to take what is left, or to close.
    private var patience: Instant?
    private var cause: FaultProxy.End?
    /// The side whose octets were counted before the reset.
    private var owed: ProxySide?
    /// Whether there is more to do at once.
    private var isBusy = false

    /// Takes the ownership of the client's descriptor.
    init(number: Int, client descriptor: Int32, to addresses: [ProxyAddress], _ faults: Faults) {
        client = ProxySide(descriptor, isLocal: true, isTCP: true)
        record = FaultProxy.ConnectionRecord(number: number)
        toClient = ProxyPassage(.toClient, faults)
        toServer = ProxyPassage(.toServer, faults)
        self.addresses = addresses[...]
    }

    // MARK: What it waits for

    private func wait(at now: Instant) {
        switch phase {
        case .open:
            wakeTime = [toClient.nextTime(after: now), toServer.nextTime(after: now), patience].compactMap { $0 }.min()
        case .resetting: wakeTime = now + .milliseconds(1)
        case .lingering: wakeTime = patience
        case .connecting, .frozen, .over: wakeTime = nil
        }
        if isBusy { wakeTime = now }
        switch phase {
        case .connecting: interests = (0, POLLOUT)
        case .open, .lingering:
            interests.client = interest(client, from: toServer, to: toClient, now)
            interests.server = interest(server, from: toClient, to: toServer, now)
        case .frozen: interests = (Self.hangUp(of: client), Self.hangUp(of: server))
        case .resetting, .over: interests = (0, 0)
        }
    }

    private func interest(
        _ side: ProxySide?, from: ProxyPassage, to: ProxyPassage, _ now: Instant
    ) -> Int32 {
        guard let side else { return 0 }
        let reading = from.reads && !side.isReadable ? POLLIN : 0
        return !side.isWritable && to.hasPiece(at: now) ? reading | POLLOUT : reading
    }

    private static func hangUp(of side: ProxySide?) -> Int32 {
        side.map { $0.hasHungUp ? 0 : Int32(0x2000) /* POLLRDHUP */ } ?? 0
    }

    /// Takes what poll(2) said of a side.
    func note(_ events: Int32, of side: ProxySide) {
        guard events != 0 else { return }
        side.isReadable = side.isReadable || events & ~POLLOUT != 0
        side.isWritable = side.isWritable || events & ~POLLIN != 0
        if phase == .frozen { side.hasHungUp = true }
    }

    // MARK: What it does

    /// Does what can be done now.
    func advance(at now: Instant, _ room: inout [UInt8]) {
        isBusy = false
        if phase == .connecting { connect(at: now) }
        if phase == .open {
            if let server {
                move(toServer, from: client, to: server, at: now, &room)
                move(toClient, from: server, to: client, at: now, &room)
            }
            if phase == .open, let patience, patience <= now { phase = .resetting(since: now) }
        }
        switch phase {
        case .resetting(let since): resetWhenArrived(since, at: now)
        case .lingering: linger(at: now, &room)
        case .frozen:
            if client.hasHungUp, server?.hasHungUp ?? true { end(cause ?? .closed) }
        case .connecting, .open, .over: break
        }
        record.toClient = toClient.record
        record.toServer = toServer.record
        wait(at: now)
    }

    /// Ends it at once.
    func stop() {
        if phase != .over { end(.stopped) }
    }

    // MARK: Connecting

    private func connect(at now: Instant) {
        var failure: Int32
        if let server {
            guard server.isWritable else { return }
            failure = server.pendingError
            if failure == 0 { return open(at: now) }
            self.server = nil
        } else {
            failure = EADDRNOTAVAIL
        }
        while let address = addresses.popFirst() {
            switch address.makeSocket() {
            case .failure(let number): failure = number.value
            case .success(let descriptor):
                let made = ProxySide(descriptor, isLocal: address.isLocal, isTCP: address.family != AF_UNIX)
                failure = address.connect(descriptor)
                guard failure == 0 || failure == EINPROGRESS else { continue }
                server = made
                made.isWritable = failure == 0
                return failure == 0 ? open(at: now) : ()
            }
        }
        client.reset()
        end(.unreachable(FaultProxyError.text(failure)))
    }

    private func open(at now: Instant) {
        phase = .open
        for passage in [toServer, toClient] where passage.line.isAtCut {
            strike(passage, at: now)
            if phase != .open { return }
        }
    }

    // MARK: Octets

    private func move(
        _ passage: ProxyPassage, from source: ProxySide, to sink: ProxySide, at now: Instant, _ room: inout [UInt8]
    ) {
        var rounds = 0
        while phase == .open, passage.phase != .done {
            guard rounds < Self.fairRounds else {
                isBusy = true
                return
            }
            rounds += 1
            let hasRead = read(passage, from: source, at: now, &room)
            let hasWritten = phase == .open && write(passage, to: sink, at: now)
            if phase == .open, passage.phase == .flowing, let end = passage.line.dueEnd(at: now) {
                passage.finish()
                finish(end, sink, at: now)
            }
            guard hasRead || hasWritten else { return }
        }
    }

    /// Reads once; false where nothing came.
    private func read(
        _ passage: ProxyPassage, from source: ProxySide, at now: Instant, _ room: inout [UInt8]
    ) -> Bool {
        guard passage.reads, source.isReadable else { return false }
        switch source.read(into: &room) {
        case .octets(let count):
            if passage.phase == .flowing { passage.line.append(room[..<count], at: now) }
            return true
        case .nothing: return false
        case .end(.reset):
            didReset(source, at: now)
            return true
        case .end(let end):
            if passage.phase == .discarding {
                passage.finish()
                endIfDone()
            } else {
                passage.line.end(end, at: now)
            }
            return true
        }
    }

    /// Writes a piece; false where none could be.
    private func write(_ passage: ProxyPassage, to sink: ProxySide, at now: Instant) -> Bool {
        guard passage.hasPiece(at: now), sink.isWritable, let piece = passage.line.piece(at: now) else { return false }
        switch sink.write(piece, isAlone: passage.faults.split != nil) {
        case .wrote(let count):
            passage.line.didForward(count, at: now)
            if passage.line.isAtCut { strike(passage, at: now) }
            return true
        case .nothing: return false
        case .reset:
            didReset(sink, at: now)
            return true
        }
    }

    // MARK: The end

    /// Tells a side what the other one told.
    private func finish(_ end: DelayLine.End, _ sink: ProxySide, at now: Instant) {
        switch end {
        case .reset:
            owed = sink
            phase = .resetting(since: now)
        case .orderly, .truncated:
            sink.endWriting()
            endIfDone()
        }
    }

    private func endIfDone() {
        if toClient.phase == .done, toServer.phase == .done { end(cause ?? .closed) }
    }

    /// A side reset the connection: the other one gets what is on its way, and then a reset too.
    private func didReset(_ side: ProxySide, at now: Instant) {
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

    private func strike(_ passage: ProxyPassage, at now: Instant) {
        guard let cut = passage.faults.cut, passage.phase == .flowing else { return }
        strike(passage, cut, at: now)
    }

    private func strike(_ passage: ProxyPassage, _ cut: Faults.Cut, at now: Instant) {
        record.strikes.append(
            FaultProxy.Strike(
                connection: record.number, way: passage.way, ending: cut.ending, octets: passage.line.forwarded))
        cause = .struck(cut.ending)
        switch cut.ending {
        case .close:
            for side in [client, server] { side?.endWriting() }
            toClient.discard()
            toServer.discard()
            patience = now + Self.lingering
            phase = .lingering
        case .reset:
            owed = passage.way == .toClient ? client : server
            phase = .resetting(since: now)
        case .halfClose:
            (passage.way == .toClient ? client : server)?.endWriting()
            passage.discard()
        case .blackHole: phase = .frozen
        }
    }

    private func resetWhenArrived(_ since: Instant, at now: Instant) {
        let sides = [client, server].compactMap { $0 }
        let hasArrived = sides.allSatisfy { side in
            // On this machine what left the kernel's queue is in the peer's; its acknowledgement may take 40 ms more.
            side.isReset || side.isAcknowledged
                || (side.isLocal && side.hasSentAll && since + .milliseconds(5) <= now)
                // Who is full because it does not read does not hold up the other one.
                || (side !== owed && since + .milliseconds(50) <= now)
        }
        guard hasArrived || since + Self.lingering <= now else { return }
        for side in sides { side.reset() }
        end(cause ?? .closed)
    }

    private func linger(at now: Instant, _ room: inout [UInt8]) {
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
                case .end:
                    passage.finish()
                    break reading
                }
            }
        }
        endIfDone()
        if phase == .lingering, let patience, patience <= now { end(cause ?? .closed) }
    }

    private func end(_ end: FaultProxy.End) {
        phase = .over
        record.end = end
        client.close()
        server?.close()
    }

    /// How long a side gets to take what is left, or to close.
    private static let lingering = Duration.seconds(2)
    /// How often a way is read and written before the other connections have their turn.
    private static let fairRounds = 16
}
