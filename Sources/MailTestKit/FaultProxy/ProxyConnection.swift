internal import Glibc

/// A client, the server it is joined with, and the faults between them. Confined to the proxy's thread.
final class ProxyConnection {
    typealias Instant = ContinuousClock.Instant

    enum Phase: Equatable {
        /// The server has not answered yet; the addresses behind the one that is tried.
        case connecting
        /// TLS that the proxy terminates is agreed on.
        case handshaking
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
    var phase = Phase.connecting
    var record: FaultProxy.ConnectionRecord
    /// When there is something to do though nothing comes; nil for never.
    private(set) var wakeTime: Instant?
    /// What poll(2) is to watch on the client's and the server's socket.
    private(set) var interests: (client: Int32, server: Int32) = (0, 0)

    let toClient: ProxyPassage
    let toServer: ProxyPassage
    private var addresses: ArraySlice<ProxyAddress>
    /// Until when others get the time to take what is left, or to close.
    var patience: Instant?
    var cause: FaultProxy.End?
    /// The side whose octets were counted before the reset.
    var owed: ProxySide?
    /// Whether there is more to do at once.
    var isBusy = false

    private let terminator: ProxyTLSTerminator?

    /// Takes the ownership of the client's descriptor.
    init(
        number: Int, client descriptor: Int32, isLocal: Bool, to addresses: [ProxyAddress],
        _ terminator: ProxyTLSTerminator?, _ faults: Faults
    ) {
        client = ProxySide(descriptor, isLocal: isLocal, isTCP: true, tls: terminator?.makeClientSide())
        self.terminator = terminator
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
        case .connecting, .handshaking, .frozen, .over: wakeTime = nil
        }
        if isBusy { wakeTime = now }
        switch phase {
        case .connecting: interests = (0, POLLOUT)
        case .handshaking:
            interests = (Self.handshakeInterest(client), server.map(Self.handshakeInterest) ?? 0)
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
        return !side.isWritable && (to.hasPiece(at: now) || !side.isFlushed) ? reading | POLLOUT : reading
    }

    private static func handshakeInterest(_ side: ProxySide) -> Int32 {
        (side.isReadable ? 0 : POLLIN) | (side.isWritable || side.isFlushed ? 0 : POLLOUT)
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
        if phase == .handshaking { handshake(at: now) }
        if phase == .open, let server {
            client.flush()
            server.flush()
            move(toServer, from: client, to: server, at: now, &room)
            move(toClient, from: server, to: client, at: now, &room)
            // Writing to a side can find that there is something to be read from it: its reset, and what came before.
            isBusy = isBusy || (client.isReadable && toServer.reads) || (server.isReadable && toClient.reads)
            endIfDone()
            if phase == .open, let patience, patience <= now { phase = .resetting(since: now) }
        }
        switch phase {
        case .resetting(let since): resetWhenArrived(since, at: now)
        case .lingering: linger(at: now, &room)
        case .frozen:
            if client.hasHungUp, server?.hasHungUp ?? true { end(cause ?? .closed) }
        case .connecting, .handshaking, .open, .over: break
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
            if failure == 0 {
                phase = .handshaking
                return
            }
            self.server = nil
        } else {
            failure = EADDRNOTAVAIL
        }
        while let address = addresses.popFirst() {
            switch address.makeSocket() {
            case .failure(let number): failure = number.value
            case .success(let descriptor):
                let made = ProxySide(
                    descriptor, isLocal: address.isLocal, isTCP: address.family != AF_UNIX,
                    tls: terminator?.makeServerSide())
                failure = address.connect(descriptor)
                guard failure == 0 || failure == EINPROGRESS else { continue }
                server = made
                made.isWritable = failure == 0
                if failure == 0 { phase = .handshaking }
                return
            }
        }
        client.reset()
        end(.unreachable(FaultProxyError.text(failure)))
    }

    private func handshake(at now: Instant) {
        guard let server else { return }
        var count = 0
        for side in [client, server] {
            side.flush()
            switch side.handshake() {
            case .done: count += 1
            case .failed(let reason): return fail(side, reason, at: now)
            case .waiting: continue
            }
        }
        if count == 2 { open(at: now) }
    }

    private func open(at now: Instant) {
        phase = .open
        for passage in [toServer, toClient] where passage.line.isAtCut {
            strike(passage, at: now)
            if phase != .open { return }
        }
    }

    /// How long a side gets to take what is left, or to close.
    static let lingering = Duration.seconds(2)
    /// How often a way is read and written before the other connections have their turn.
    static let fairRounds = 16
}
