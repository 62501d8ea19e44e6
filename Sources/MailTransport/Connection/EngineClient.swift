package import Octets

/// An actor that owns a connection: an engine, the driver that joins it to a socket, and the callers who wait.
///
/// Its executor is its loop, so everything below runs on the loop's thread.
package protocol EngineClient: Actor, LoopHandler {
    /// The protocol's session.
    associatedtype Engine: ProtocolEngine

    /// The loop this client lives on; its `unownedExecutor` is that loop.
    nonisolated var loop: EventLoop { get }

    /// The driver, made with the client.
    var driver: EngineDriver<Engine> { get }

    /// Something happened. Resolves replies and fills streams; must not block.
    func receive(_ event: Engine.Event)

    /// The connection is over, told exactly once; nil where this side closed it. Resolves all that still waits.
    func ended(_ failure: Engine.Failure?)

    /// The module's error for an error of the transport, during `command`.
    nonisolated static func failure(for error: TransportError, command: String?) -> Engine.Failure

    /// Whether the engine's own word on the end tells more than the transport's error, such as a server's goodbye.
    nonisolated static func tellsMore(_ failure: Engine.Failure) -> Bool
}

extension EngineClient {
    package nonisolated static func tellsMore(_ failure: Engine.Failure) -> Bool { false }

    package nonisolated func ready(_ descriptor: Int32) {
        assumeIsolated { client in
            client.driver.socketIsReady()
            client.pump()
        }
    }

    package nonisolated func loopStops() {
        assumeIsolated { $0.fail(.loopStopped(during: "receive")) }
    }

    // MARK: Opening and closing

    /// Resolves, connects, and handshakes where TLS comes first; afterwards events flow, the greeting first.
    ///
    /// - Parameters:
    ///   - endpoint: whom to connect to.
    ///   - port: the port where the endpoint names none.
    package func open(_ endpoint: Endpoint, port: UInt16) async throws(Engine.Failure) {
        // Made before there is a socket: the handshake may be over before this function goes on.
        let handshake = PendingReply<Void, Engine.Failure>()
        if endpoint.security == .tls { driver.waits.handshake = handshake }
        do throws(TransportError) {
            try await connect(endpoint, port: port)
        } catch {
            let failure = Self.failure(for: error, command: nil)
            finish(failure)
            throw failure
        }
        pump()
        if endpoint.security == .tls { try await wait(for: handshake, within: nil, command: "TLS handshake") }
    }

    private func connect(_ endpoint: Endpoint, port: UInt16) async throws(TransportError) {
        let made = try await Connector.connect(to: endpoint, port: port, driver.configuration, on: loop)
        driver.onHandshake = { [unowned self] in armHandshakeDeadline() }
        try driver.attach(made.socket, handler: self, tls: made.tls, beginsWithTLS: endpoint.security == .tls)
    }

    private func armHandshakeDeadline() {
        let limit = driver.configuration.handshakeTimeout
        driver.waits.handshakeTimer = loop.schedule(after: limit) { [weak self] in
            self?.assumeIsolated { client in
                guard client.driver.isHandshaking else { return }
                client.finish(Self.failure(for: .timedOut(during: "TLS handshake", after: limit), command: nil))
            }
        }
    }

    /// The loop that a new client with `configuration` should live on.
    package static func place(_ configuration: TransportConfiguration) throws(TransportError) -> EventLoop {
        let loops = if let given = configuration.loops { given } else { try EventLoopGroup.shared() }
        return loops.next
    }

    /// Closes the connection now; nothing happens where it is over already.
    package func close() {
        finish(nil)
    }

    // MARK: Commands

    /// Gives the engine a command and does what follows from it at once.
    package func submit(_ command: Engine.Command) throws(Engine.Failure) {
        guard !driver.isOver else {
            throw driver.waits.ending ?? Self.failure(for: .closed(during: "send"), command: nil)
        }
        try driver.engine.submit(command)
        pump()
    }

    /// Does all that can be done without waiting, and hands out what happened.
    package func pump() {
        guard !driver.waits.isPumping else {
            driver.waits.mustPumpAgain = true
            return
        }
        driver.waits.isPumping = true
        defer { driver.waits.isPumping = false }
        while true {
            driver.waits.mustPumpAgain = false
            let progress = driver.advance()
            if !driver.isHandshaking { settleHandshake() }
            switch progress {
            case .event(let event):
                receive(event)
            case .refused(let failure):
                finish(failure)
            case .failed(let error, let word):
                let failure = Self.failure(for: error, command: nil)
                finish(word.flatMap { Self.tellsMore($0) ? $0 : nil } ?? failure)
            case .waiting:
                if driver.waits.mustPumpAgain { continue }
                if driver.yieldsTurn {
                    loop.execute { [weak self] in self?.assumeIsolated { $0.pump() } }
                }
                return
            }
        }
    }

    private func settleHandshake() {
        driver.waits.handshakeTimer?.cancel()
        driver.waits.handshakeTimer = nil
        guard !driver.isOver else { return }
        driver.waits.handshake?.resolve(.success(()))
        driver.waits.handshake = nil
    }

    /// Ends the connection for a reason of the transport's.
    func fail(_ error: TransportError) {
        finish(Self.failure(for: error, command: nil))
    }

    /// Ends the connection, once.
    func finish(_ failure: Engine.Failure?) {
        guard !driver.waits.isFinished else { return }
        let ending = failure ?? Self.failure(for: .closed(during: "receive"), command: nil)
        driver.waits.finish(ending)
        driver.disconnect()
        ended(failure)
    }
}

// MARK: Waiting

extension EngineClient {
    /// Waits until `reply` is resolved, and gives its value.
    ///
    /// - Parameters:
    ///   - reply: what is waited for.
    ///   - limit: how long the whole reply may take, whatever arrives meanwhile; nil for ever.
    ///   - command: the verb, for errors.
    /// - Throws: the reply's failure. When the limit passes or the task is cancelled the connection is closed, since nobody could
    ///   tell any more which answer belongs to which command; all that waits then fails.
    package func wait<Value: Sendable>(
        for reply: PendingReply<Value, Engine.Failure>, within limit: Duration?, command: String
    ) async throws(Engine.Failure) -> Value {
        if let known = reply.known { return try known.get() }
        if let ending = driver.waits.ending { throw ending }
        let waits = driver.waits
        let wasPaused = driver.isPaused
        let ticket = waits.begin()
        reply.ends(ticket, of: waits)
        let timer = limit.map { limit in
            loop.schedule(after: limit) { [weak self] in
                self?.assumeIsolated { $0.giveUp(ticket, .timedOut(during: command, after: limit), command) }
            }
        }
        watchSilence(command)
        defer {
            timer?.cancel()
            endSilence()
        }
        // Whoever waits for a reply must not be held up by a stream that nobody reads.
        if wasPaused { pump() }
        return try await suspend(for: reply, command) { client in
            client.giveUp(ticket, .cancelled(during: command), command)
        }
    }

    /// Suspends the task until `reply` is resolved; `cancelled` runs on the loop when the task is cancelled first.
    private func suspend<Value: Sendable>(
        for reply: PendingReply<Value, Engine.Failure>, _ command: String,
        cancelled: @escaping @Sendable (isolated Self) -> Void
    ) async throws(Engine.Failure) -> Value {
        let parking = driver.parking
        await withTaskCancellationHandler {
            // Asked here, since the way into this closure may be by way of another executor.
            guard reply.known == nil else { return }
            reply.expectWaiter(on: loop)
            await parking.pass()
        } onCancel: {
            loop.execute { [weak self] in self?.assumeIsolated { cancelled($0) } }
        }
        guard let result = reply.known else { throw Self.failure(for: .closed(during: command), command: command) }
        return try result.get()
    }

    private func giveUp(_ ticket: UInt64, _ error: TransportError, _ command: String) {
        guard driver.waits.isLive(ticket) else { return }
        finish(Self.failure(for: error, command: command))
    }

    /// The next element of a stream; nil at its good end.
    ///
    /// - Parameter limit: how long it may take until there is one; nil for ever. When it passes, the connection is closed.
    package func next<Element: Sendable>(
        from queue: StreamQueue<Element, Engine.Failure>, within limit: Duration?, command: String
    ) async throws(Engine.Failure) -> Element? {
        while true {
            let wasPaused = driver.isPaused
            switch queue.take() {
            case .element(let element):
                if wasPaused, !driver.isPaused { pump() }
                return element
            case .finished(let failure):
                if let failure { throw failure }
                return nil
            case .empty:
                try await wait(for: queue.arrival(), within: limit, command: command)
            }
        }
    }

    /// Waits until at most `count` octets are left to be sent.
    ///
    /// - Parameter limit: how long that may take; when it passes, the connection is closed.
    package func drained(below count: Int, within limit: Duration?, command: String) async throws(Engine.Failure) {
        if driver.isOver, let ending = driver.waits.ending { throw ending }
        guard driver.pendingOutput > count else { return }
        try await wait(for: driver.waits.waitForDrain(to: count), within: limit, command: command)
    }

    /// Runs `body` when all earlier callers of this are done: one at a time, first come, first served.
    ///
    /// - Throws: what `body` throws; or, where the task is cancelled before its turn came, that, the connection unharmed.
    package func withTurn<Value>(
        command: String, _ body: () async throws(Engine.Failure) -> Value
    ) async throws(Engine.Failure) -> Value {
        try await takeTurn(command: command)
        defer { endTurn() }
        return try await body()
    }

    /// Waits for this caller's turn, as `withTurn` does, for what cannot run on the client's own executor.
    ///
    /// Whoever returns from this must call `endTurn()`.
    package func takeTurn(command: String) async throws(Engine.Failure) {
        guard let (ticket, turn) = driver.waits.takeTurn() else { return }
        try await suspend(for: turn, command) { client in
            client.driver.waits.giveUpTurn(ticket, Self.failure(for: .cancelled(during: command), command: command))
        }
    }

    /// Gives the turn to whoever waits longest.
    package func endTurn() {
        driver.waits.endTurn()
    }
}
