internal import Glibc

/// A proxy's thread: one poll(2) over its listener and all its connections.
final class ProxyLoop {
    typealias Instant = ContinuousClock.Instant

    /// What a proxy is to do.
    struct Plan: Sendable {
        let addresses: [ProxyAddress]
        let terminator: ProxyTLSTerminator?
        let faults: @Sendable (Int) -> Faults
        let observer: (@Sendable (FaultProxy.Event) -> Void)?
    }

    private let listener: ProxyListener
    private let plan: Plan
    private let state: ProxyState
    /// What is rung when there are orders.
    private let bell: Int32

    private var connections: [ProxyConnection] = []
    private var accepted = 0
    /// Until when nobody is accepted, because there are no descriptors.
    private var pause: Instant?
    private var isStopped = false
    private var room = [UInt8](repeating: 0, count: 64 << 10)

    private init(_ listener: ProxyListener, _ plan: Plan, _ state: ProxyState, bell: Int32) {
        self.listener = listener
        self.plan = plan
        self.state = state
        self.bell = bell
    }

    /// Runs until it is told to stop; closes everything.
    static func run(_ listener: ProxyListener, _ plan: Plan, _ state: ProxyState, bell: Int32) {
        ProxyLoop(listener, plan, state, bell: bell).run()
        // Whoever waits for the end finds nothing open.
        listener.close()
        close(bell)
        state.end()
    }

    private func run() {
        var watched: [pollfd] = []
        while !isStopped {
            let now = Instant.now
            watch(&watched, now)
            // Holds: the array is as long as is said, during the call.
            let count = unsafe poll(&watched, nfds_t(watched.count), timeout(now))
            guard count >= 0 || errno == EINTR else { break }
            if count < 0 { for index in watched.indices { watched[index].revents = 0 } }
            turn(watched, .now)
        }
        for connection in connections {
            connection.stop()
            report(connection, strikes: connection.record.strikes.count)
        }
        connections = []
    }

    // MARK: Waiting

    private func watch(_ watched: inout [pollfd], _ now: Instant) {
        watched.removeAll(keepingCapacity: true)
        func add(_ descriptor: Int32, _ events: Int32) {
            // A negative descriptor is passed over, so that what nobody wants to know cannot wake the thread.
            watched.append(
                pollfd(fd: events == 0 ? -1 : descriptor, events: Int16(truncatingIfNeeded: events), revents: 0))
        }
        add(bell, POLLIN)
        let accepts = connections.count < Self.maximumConnections && (pause ?? now) <= now
        add(listener.descriptor, accepts ? POLLIN : 0)
        for connection in connections {
            add(connection.client.descriptor, connection.interests.client)
            add(connection.server?.descriptor ?? -1, connection.interests.server)
        }
    }

    /// In milliseconds, -1 for as long as it takes.
    private func timeout(_ now: Instant) -> Int32 {
        var next = connections.lazy.compactMap(\.wakeTime).min()
        if let pause { next = min(next ?? pause, pause) }
        guard let next else { return -1 }
        return Int32(min(max((next - now) / .milliseconds(1), 0).rounded(.up), 60_000))
    }

    // MARK: One turn

    private func turn(_ watched: [pollfd], _ now: Instant) {
        for (index, connection) in connections.enumerated() {
            let client = Int32(watched[2 + 2 * index].revents)
            let server = Int32(watched[3 + 2 * index].revents)
            guard client | server != 0 || connection.wakeTime.map({ $0 <= now }) ?? false else { continue }
            connection.note(client, of: connection.client)
            if let side = connection.server { connection.note(server, of: side) }
            advance(connection, now)
        }
        if watched[0].revents != 0 { obey(now) }
        if let pause, pause <= now { self.pause = nil }
        if watched[1].revents != 0, !isStopped { accept(now) }
        connections.removeAll { $0.phase == .over }
    }

    private func advance(_ connection: ProxyConnection, _ now: Instant) {
        guard connection.phase != .over else { return }
        let strikes = connection.record.strikes.count
        connection.advance(at: now, &room)
        report(connection, strikes: strikes)
    }

    private func report(_ connection: ProxyConnection, strikes: Int) {
        let record = connection.record
        state.publish(record)
        guard let observer = plan.observer else { return }
        for strike in record.strikes.dropFirst(strikes) { observer(.struck(strike)) }
        if record.end != nil { observer(.ended(record)) }
    }

    private func accept(_ now: Instant) {
        while connections.count < Self.maximumConnections {
            switch listener.accept() {
            case .success(let descriptor):
                accepted += 1
                let connection = ProxyConnection(
                    number: accepted, client: descriptor, isLocal: listener.isLocal, to: plan.addresses,
                    plan.terminator, plan.faults(accepted))
                connections.append(connection)
                state.publish(connection.record)
                plan.observer?(.accepted(connection: accepted))
                advance(connection, now)
            case .failure(let number):
                switch number.value {
                case EINTR, ECONNABORTED: continue
                case EAGAIN: return
                default:
                    // Out of descriptors or memory: whoever waits in the backlog waits on.
                    pause = now + .milliseconds(50)
                    return
                }
            }
        }
    }

    private func obey(_ now: Instant) {
        var octets: (UInt64, UInt64) = (0, 0)
        // Holds: as many octets as is said; what is left rings again.
        _ = unsafe recv(bell, &octets, MemoryLayout.size(ofValue: octets), 0)
        for order in state.takeOrders() {
            switch order {
            case .stop: isStopped = true
            case .strike(let way, let ending):
                for connection in connections {
                    let strikes = connection.record.strikes.count
                    connection.strike(way, ending, at: now)
                    guard connection.phase != .over else { continue }
                    connection.advance(at: now, &room)
                    report(connection, strikes: strikes)
                }
            }
        }
    }

    /// How many connections are held at once; further ones wait in the kernel's backlog.
    private static let maximumConnections = 1_000
}
