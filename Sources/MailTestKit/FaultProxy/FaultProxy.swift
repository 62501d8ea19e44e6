internal import Glibc

/// A proxy in front of a server that does to connections what networks and machines do: it delays, slows down, splits and cuts.
///
/// ```swift
/// let proxy = try FaultProxy.start(to: .port(server.port), faults: Faults(toClient: .cut(after: 100, .reset)))
/// … // a client connects to proxy.port, gets 100 octets and a reset
/// let strike = await proxy.firstStrike()
/// await proxy.stop()
/// ```
///
/// It knows no protocol. TLS goes through it as octets, so that cuts and pieces fall anywhere within records and handshakes, or
/// is terminated by it, so that they fall inside (`TLS`).
///
/// One thread does all of it. Where a side takes nothing, the other one is not read: at most 64 KiB wait each way, 8 MiB where
/// there is a delay. At most 1,000 connections are held at once; others wait in the kernel. A proxy that nobody holds any more
/// stops by itself.
public final class FaultProxy: Sendable {
    /// The port that clients connect to.
    public let port: UInt16

    private let state: ProxyState

    private init(port: UInt16, state: ProxyState) {
        self.port = port
        self.state = state
    }

    deinit {
        endSoon()
    }

    // MARK: Starting

    /// Listens, and does the same to each connection.
    ///
    /// - Parameters:
    ///   - target: the server.
    ///   - host: the address to listen on. Any other than the default lets other machines in.
    ///   - port: the port to listen on; 0 for one that the kernel chooses.
    ///   - faults: what happens to connections; nothing where it is left out.
    ///   - tls: whether it looks into TLS; not at all where it is left out.
    ///   - observer: is told what happens, on the proxy's thread, which waits for it.
    /// - Throws: what cannot be resolved or listened on. A server that cannot be reached is found out when a client connects.
    public static func start(
        to target: Target, on host: String = "127.0.0.1", port: UInt16 = 0, faults: Faults = Faults(),
        tls: TLS = .blind, observer: (@Sendable (Event) -> Void)? = nil
    ) throws(FaultProxyError) -> FaultProxy {
        try start(to: target, on: host, port: port, choosing: { _ in faults }, tls: tls, observer: observer)
    }

    /// Listens, and does to the n-th connection what stands at the n-th place; nothing to connections behind the last one.
    ///
    /// - Parameters:
    ///   - target: the server.
    ///   - host: the address to listen on. Any other than the default lets other machines in.
    ///   - port: the port to listen on; 0 for one that the kernel chooses.
    ///   - faults: what happens to each connection, in the order they are accepted.
    ///   - tls: whether it looks into TLS; not at all where it is left out.
    ///   - observer: is told what happens, on the proxy's thread, which waits for it.
    /// - Throws: what cannot be resolved or listened on.
    public static func start(
        to target: Target, on host: String = "127.0.0.1", port: UInt16 = 0, each faults: [Faults],
        tls: TLS = .blind, observer: (@Sendable (Event) -> Void)? = nil
    ) throws(FaultProxyError) -> FaultProxy {
        let choose: @Sendable (Int) -> Faults = { faults.indices.contains($0 - 1) ? faults[$0 - 1] : Faults() }
        return try start(to: target, on: host, port: port, choosing: choose, tls: tls, observer: observer)
    }

    /// Listens, and does to each connection what is chosen for it.
    ///
    /// - Parameters:
    ///   - target: the server.
    ///   - host: the address to listen on. Any other than the default lets other machines in.
    ///   - port: the port to listen on; 0 for one that the kernel chooses.
    ///   - choose: gives the faults for a connection by its number, counted from 1, on the proxy's thread.
    ///   - tls: whether it looks into TLS; not at all where it is left out.
    ///   - observer: is told what happens, on the proxy's thread, which waits for it.
    /// - Throws: what cannot be resolved or listened on.
    public static func start(
        to target: Target, on host: String = "127.0.0.1", port: UInt16 = 0,
        choosing choose: @escaping @Sendable (Int) -> Faults, tls: TLS = .blind,
        observer: (@Sendable (Event) -> Void)? = nil
    ) throws(FaultProxyError) -> FaultProxy {
        var terminator: ProxyTLSTerminator?
        if case .terminating(let identity, let security) = tls {
            terminator = try ProxyTLSTerminator(identity, security, host: target.host)
        }
        let plan = ProxyLoop.Plan(
            addresses: try target.addresses(), terminator: terminator, faults: choose, observer: observer)
        let listener = try ProxyListener(host: host, port: port)
        let port = listener.port
        var bells: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        // Holds: there is room for two descriptors.
        guard unsafe socketpair(AF_UNIX, type, 0, &bells) == 0 else {
            let number = errno
            listener.close()
            throw FaultProxyError("make sockets", errno: number)
        }
        let (inner, outer) = (bells[0], bells[1])
        let state = ProxyState(bell: outer)
        guard ServerThread.start({ ProxyLoop.run(listener, plan, state, bell: inner) }) else {
            listener.close()
            close(inner)
            state.end()
            throw FaultProxyError("cannot start a thread for the proxy")
        }
        return FaultProxy(port: port, state: state)
    }

    // MARK: While it runs

    /// What it has done until now.
    public var statistics: Statistics { state.statistics }

    /// What it has done as soon as `condition` holds: looked at whenever something happens, on the proxy's thread.
    ///
    /// Comes back too when the proxy stops or the task is cancelled, so that whoever cannot go on without it looks again.
    @discardableResult
    public func statistics(when condition: @escaping @Sendable (Statistics) -> Bool) async -> Statistics {
        await state.statistics(when: condition)
    }

    /// Waits until a fault strikes; nil where the proxy stops or the task is cancelled before.
    public func firstStrike() async -> Strike? {
        await statistics { $0.strikeCount > 0 }.strikes.first
    }

    /// Waits until so many connections were accepted and none is open any more, the proxy stops or the task is cancelled.
    @discardableResult
    public func end(of connections: Int) async -> Statistics {
        await statistics { $0.accepted >= connections && $0.open == 0 }
    }

    /// Strikes all connections that are up now, as if a cut were reached. Those that are being made are left alone.
    ///
    /// - Parameters:
    ///   - ending: how they end.
    ///   - way: the way that a half-close ends.
    public func strike(_ ending: Faults.Ending, _ way: Faults.Way = .toClient) {
        state.order(.strike(way, ending))
    }

    /// Closes everything, and comes back when it is closed. Connections that are open end at once.
    public func stop() async {
        endSoon()
        await untilStopped()
    }

    /// Has everything closed, without waiting for it: for where nothing can be waited for.
    public func endSoon() {
        state.order(.stop)
    }

    /// Waits until everything is closed because it was stopped, whatever becomes of the task.
    public func untilStopped() async {
        await state.ended()
    }
}
