import Glibc

/// Connects to the first address that answers: each is tried in turn, the next one 250 ms after the last or as soon as that one
/// failed (RFC 8305 §5).
actor ConnectAttempts: LoopHandler {
    private struct Attempt {
        let socket: SocketDescriptor
        let address: SocketAddress
    }

    private let loop: EventLoop
    private let attemptDelay: Duration
    private let reply: SharedReply<SocketDescriptor>
    private var untried: ArraySlice<SocketAddress>
    private var attempts: [Int32: Attempt] = [:]
    private var failures: [TransportError] = []
    private var nextAttempt: LoopTimer?
    private var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Connects to one of `addresses` within `limit`.
    ///
    /// - Parameter attemptDelay: how long an attempt has for itself; RFC 8305 §5 recommends 250 ms.
    static func connect(
        to addresses: [SocketAddress], within limit: Duration, attemptDelay: Duration = .milliseconds(250),
        on loop: EventLoop
    ) async throws(TransportError) -> SocketDescriptor {
        let names = addresses.prefix(4).map(\.description).joined(separator: ", ")
        let phase = "connect to \(names)\(addresses.count > 4 ? ", …" : "")"
        let reply = SharedReply<SocketDescriptor>()
        let attempts = ConnectAttempts(addresses, reply, attemptDelay, on: loop)
        loop.execute { attempts.assumeIsolated { $0.tryNext() } }
        let result = await reply.value(during: phase, within: limit, on: loop)
        loop.execute { attempts.assumeIsolated { $0.finish() } }
        return try result.get()
    }

    private init(
        _ addresses: [SocketAddress], _ reply: SharedReply<SocketDescriptor>, _ attemptDelay: Duration,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.attemptDelay = attemptDelay
        self.reply = reply
        untried = addresses[...]
    }

    nonisolated func ready(_ descriptor: Int32) {
        assumeIsolated { $0.settle(descriptor) }
    }

    nonisolated func loopStops() {
        reply.resolve(.failure(.loopStopped(during: "connect")))
        assumeIsolated { $0.finish() }
    }

    private func tryNext() {
        nextAttempt?.cancel()
        while !isOver {
            guard let address = untried.popFirst() else {
                if attempts.isEmpty { reply.resolve(.failure(story)) }
                return
            }
            do throws(TransportError) {
                try start(address)
                if !untried.isEmpty {
                    nextAttempt = loop.schedule(after: attemptDelay) { [weak self] in
                        self?.assumeIsolated { $0.tryNext() }
                    }
                }
                return
            } catch {
                failures.append(error)
            }
        }
    }

    private func start(_ address: SocketAddress) throws(TransportError) {
        let socket = try SocketDescriptor.stream(family: address.family)
        var code: Int32 = 0
        // Holds: the address lends its own octets for the call.
        _ = unsafe address.withSocketAddress { pointer, length in
            if unsafe Glibc.connect(socket.number, pointer, length) != 0 { code = errno }
        }
        guard code == 0 || code == EINPROGRESS || code == EINTR else {
            throw TransportError(errno: code, during: "connect", subject: address.description)
        }
        try loop.register(socket.number, self, for: .writable)
        attempts[socket.number] = Attempt(socket: socket, address: address)
    }

    private func settle(_ descriptor: Int32) {
        guard !isOver, let attempt = attempts.removeValue(forKey: descriptor) else { return }
        loop.deregister(descriptor)
        let code = attempt.socket.pendingError
        guard code == 0 else {
            failures.append(TransportError(errno: code, during: "connect", subject: attempt.address.description))
            attempt.socket.close()
            tryNext()
            return
        }
        reply.resolve(.success(attempt.socket))
        finish()
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        nextAttempt?.cancel()
        for (descriptor, attempt) in attempts {
            loop.deregister(descriptor)
            attempt.socket.close()
        }
        attempts = [:]
    }

    /// All failures in one error, of the first one's kind.
    private var story: TransportError {
        guard let first = failures.first else { return .closed(during: "connect") }
        let text = failures.map(\.description).joined(separator: "; ")
        return TransportError(first.kind, during: "connect", text, errorNumber: first.errorNumber)
    }
}
