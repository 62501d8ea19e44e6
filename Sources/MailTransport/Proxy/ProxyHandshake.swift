import Glibc
import Octets

/// Plays a proxy's part of a connection over a socket, and takes not one octet that belongs to the server: those stay in the socket, for TLS or the
/// protocol to find.
actor ProxyHandshake: LoopHandler {
    private let loop: EventLoop
    private let socket: SocketDescriptor
    private let phase: String
    private let limit: Duration
    private let reply = SharedReply<Void>()
    private var engine: any ProxyEngine
    private var trace: WireTrace
    private var output = OutputQueue()
    private var deadline: LoopTimer?
    private var isOver = false
    private var room = [UInt8](repeating: 0, count: 4096)

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Plays `engine` over `socket`, which is connected to the proxy, within `limit`.
    static func run(
        _ engine: any ProxyEngine, over socket: SocketDescriptor, _ phase: String, within limit: Duration,
        on loop: EventLoop,
        _ trace: WireTrace
    ) async throws(TransportError) {
        let handshake = ProxyHandshake(engine, socket, phase, limit, trace, on: loop)
        loop.execute { handshake.assumeIsolated { $0.begin() } }
        let result = await handshake.reply.value(during: phase, within: nil, on: loop)
        // The socket may be the caller's again only when nobody is told of it any more.
        loop.execute { handshake.assumeIsolated { $0.finish() } }
        try result.get()
    }

    private init(
        _ engine: any ProxyEngine, _ socket: SocketDescriptor, _ phase: String, _ limit: Duration, _ trace: WireTrace,
        on loop: EventLoop
    ) {
        self.engine = engine
        self.socket = socket
        self.phase = phase
        self.limit = limit
        self.trace = trace
        self.loop = loop
    }

    nonisolated func ready(_ descriptor: Int32) {
        assumeIsolated { $0.proceed() }
    }

    nonisolated func loopStops() {
        assumeIsolated { $0.end(.failure(.loopStopped(during: $0.phase))) }
    }

    private func begin() {
        guard !isOver else { return }
        deadline = loop.schedule(after: limit) { [weak self] in
            self?.assumeIsolated { $0.end(.failure(.timedOut(during: $0.phase, after: $0.limit))) }
        }
        do throws(TransportError) {
            try loop.register(socket.number, self, for: .readable)
            proceed()
        } catch {
            end(.failure(error))
        }
    }

    private func proceed() {
        guard !isOver else { return }
        do throws(TransportError) {
            var isConnected = try step()
            while !isConnected, let count = try peek() { isConnected = try hand(count) }
            guard !isConnected else { return end(.success(())) }
            var readiness = Readiness.readable
            if !output.isEmpty { readiness.insert(.writable) }
            try loop.update(socket.number, to: readiness)
        } catch {
            trace.flush()
            end(.failure(error))
        }
    }

    /// Does what the engine can do with what there is; whether the proxy's part is over.
    private func step() throws(TransportError) -> Bool {
        while true {
            switch try engine.step() {
            case .write(let octets):
                trace.sent(octets)
                output.append(octets)
            case .event(.connected):
                return true
            case .needInput, .startTLS:
                let socket = socket
                // Holds: the octets are lent for the call.
                let outcome = unsafe output.flush { octets in unsafe Self.send(octets, over: socket) }
                if case .failed(let error) = outcome { throw error }
                return false
            }
        }
    }

    /// Looks at what waits in the socket without taking it; nil for nothing, 0 for the end of the stream.
    private func peek() throws(TransportError) -> Int? {
        while true {
            // Holds: the room is as long as is said.
            let count = unsafe recv(socket.number, &room, room.count, Int32(MSG_PEEK))
            if count >= 0 { return count }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN || code == EWOULDBLOCK { return nil }
            throw TransportError(errno: code, during: "receive", subject: phase)
        }
    }

    /// Hands the engine the `count` octets that were looked at, and takes out of the socket what it used; whether the proxy's part is
    /// over.
    private func hand(_ count: Int) throws(TransportError) -> Bool {
        if count == 0 {
            engine.receiveEndOfStream()
        } else {
            engine.input.append(room.span.extracting(0..<count))
        }
        let isConnected: Bool
        do throws(TransportError) {
            isConnected = try step()
        } catch {
            trace.received(room.span.extracting(0..<count))
            throw error
        }
        // As long as the engine wants more, all that came was the proxy's; what it leaves in the end came in this piece.
        var left = isConnected ? count - engine.input.count : count
        trace.received(room.span.extracting(0..<left))
        while left > 0 {
            // Holds: the room is longer than what is left of what it was filled with.
            let taken = unsafe recv(socket.number, &room, left, 0)
            guard taken > 0 else {
                if taken < 0, errno == EINTR { continue }
                throw TransportError(errno: taken == 0 ? ECONNRESET : errno, during: "receive", subject: phase)
            }
            left -= taken
        }
        return isConnected
    }

    private func end(_ result: Result<Void, TransportError>) {
        guard !isOver else { return }
        finish()
        reply.resolve(result)
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        deadline?.cancel()
        loop.deregister(socket.number)
    }

    private static func send(
        _ octets: UnsafeRawBufferPointer, over socket: SocketDescriptor
    ) -> SocketChannel.WriteOutcome {
        while true {
            // Holds: the octets are valid for their own count during the call.
            let count = unsafe Glibc.send(socket.number, octets.baseAddress, octets.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .wrote(count) }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN || code == EWOULDBLOCK { return .wouldBlock }
            return .failed(TransportError(errno: code, during: "send"))
        }
    }
}
