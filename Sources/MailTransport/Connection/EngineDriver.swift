import Glibc
package import Octets

/// Joins one engine to one socket: reads while it writes, upgrades to TLS when the engine says so, and keeps order.
///
/// It belongs to an `EngineClient` and is confined to that actor and its loop. It owns no time and no tasks.
package final class EngineDriver<Engine: ProtocolEngine> {
    /// What `advance()` found.
    enum Progress {
        case event(Engine.Event)
        /// Nothing can happen before the socket is ready, the consumer takes something or a command is submitted.
        case waiting
        /// The connection is over for a reason of the engine's.
        case refused(Engine.Failure)
        /// The connection is over for a reason of the transport's; the engine's word on the end, if it had one.
        case failed(TransportError, Engine.Failure?)
    }

    private enum Phase {
        case idle
        case handshaking(isUpgrade: Bool)
        case open
        case over
    }

    /// The session that is driven.
    package var engine: Engine
    /// Fills and empties with the streams of this connection.
    package let flow = FlowControl()
    let configuration: TransportConfiguration
    /// What happens to the connection's callers: waits, turns and drained output.
    let waits = WaitList<Engine.Failure>()

    /// Where this connection's callers wait.
    let parking: Parking

    private let loop: EventLoop
    private var trace: WireTrace
    private var phase = Phase.idle
    private var channel: SocketChannel?
    private var output = OutputQueue()
    private var outputFailure: TransportError?
    private var inputFailure: TransportError?
    private var inputEnded = false
    private var mayRead = false
    private var awaitsUpgrade = false
    /// Whether the kernel told of octets that nobody wanted to be read yet.
    private var isToldInVain = false
    private var readThisTurn = 0
    private var isCounted = true
    /// When octets last went either way, and how many did in all.
    private var lastMoved = MonotonicTime.now
    private var movedOctets: UInt64 = 0
    private var isAnswering = false
    private var tlsPlan: TLSPlan?

    /// A driver for `engine` that is not connected yet; `label` names the protocol in the wire trace.
    package init(engine: Engine, loop: EventLoop, configuration: TransportConfiguration, label: String) {
        self.engine = engine
        self.loop = loop
        parking = loop.parking
        self.configuration = configuration
        trace = WireTrace(logger: configuration.logger, label: label)
        // From now on, so that many that connect at once do not all meet on one loop.
        loop.countConnection(1)
    }

    deinit {
        disconnect()
    }

    /// Whether the connection is over, or was never made.
    package var isOver: Bool {
        switch phase {
        case .idle, .over: true
        case .handshaking, .open: false
        }
    }

    /// How many octets wait to be sent.
    package var pendingOutput: Int { output.count }

    /// What TLS agreed on; nil in plaintext.
    package var tlsInformation: TLSInformation? {
        channel.flatMap { $0.isSecured ? $0.tls?.information : nil }
    }

    /// The channel binding of a type; nil in plaintext, or where the type is not defined for this connection.
    package func channelBinding(_ kind: ChannelBinding.Kind) -> ChannelBinding? {
        channel.flatMap { $0.isSecured ? $0.tls?.channelBinding(kind) : nil }
    }

    /// The local address in the form of RFC 5321 §4.1.3, such as `[192.0.2.1]`; nil without a connection.
    package var localAddressLiteral: String? {
        channel.flatMap { SocketAddress(localEndOf: $0.socket.number)?.literal }
    }

    /// What has moved so far.
    var movement: SilenceWatch.Movement {
        SilenceWatch.Movement(moved: movedOctets, lastMoved: lastMoved, isAnswering: isAnswering)
    }

    /// Whether a handshake is under way.
    var isHandshaking: Bool {
        if case .handshaking = phase { true } else { false }
    }

    /// Whether reading rests because a consumer is slow and nobody waits for anything else.
    var isPaused: Bool { flow.holdsReading || isFull }

    /// Whether a stream has no room for what the engine may tell.
    private var isFull: Bool { flow.fullStreams > 0 && waits.isEmpty }

    // MARK: Life

    /// Takes over a connected socket; TLS begins at once where `beginsWithTLS`.
    func attach(
        _ socket: SocketDescriptor, handler: any LoopHandler, tls plan: TLSPlan?, beginsWithTLS: Bool
    ) throws(TransportError) {
        let channel = SocketChannel(socket)
        self.channel = channel
        tlsPlan = plan
        phase = .open
        try loop.register(socket.number, handler, for: .readable)
        trace.note("connected from \(localAddressLiteral ?? "an unknown address")")
        if beginsWithTLS { try beginTLS(isUpgrade: false) }
    }

    /// Closes the socket; nothing happens afterwards.
    func disconnect() {
        if let channel {
            trace.flush()
            loop.deregister(channel.socket.number)
            // Another thread does not mask SIGPIPE, which OpenSSL's goodbye could raise.
            channel.close(saysGoodbye: loop.isCurrent)
            trace.note("closed")
        }
        channel = nil
        output.removeAll()
        phase = .over
        // A few unread octets stay for their reader; the memory for more is others' now.
        if let buffer = engine.input.surrender(keeping: Self.keptAtRest) { loop.giveBuffer(buffer) }
        guard isCounted else { return }
        isCounted = false
        loop.countConnection(-1)
    }

    /// The loop says the socket is ready.
    func socketIsReady() {
        mayRead = true
        readThisTurn = 0
        if isPaused { isToldInVain = true }
    }

    // MARK: Progress

    /// Does what can be done until there is an event or nothing more to do.
    func advance() -> Progress {
        while true {
            switch phase {
            case .idle, .over:
                return .waiting
            case .handshaking(let isUpgrade):
                if let ended = handshake(isUpgrade: isUpgrade) { return ended }
            case .open:
                if isFull, inputFailure == nil {
                    if let failure = flush() { noteOutputFailure(failure) }
                    return waitForMore()
                }
                if let progress = step() { return progress }
            }
        }
    }

    private func step() -> Progress? {
        if awaitsUpgrade { return upgrade() }
        do throws(Engine.Failure) {
            switch try engine.step() {
            case .event(let event):
                return .event(event)
            case .write(let octets):
                trace.sent(octets)
                if outputFailure == nil { output.append(octets) }
                if output.count >= Self.flushSize, let failure = flush() { noteOutputFailure(failure) }
                return nil
            case .startTLS:
                return upgrade()
            case .needInput:
                return receive()
            }
        } catch {
            // What was already to be sent, such as the cancellation of an exchange, may still go out.
            _ = flush()
            if let inputFailure { return .failed(inputFailure, error) }
            return .refused(error)
        }
    }

    private func receive() -> Progress? {
        if let failure = flush() { noteOutputFailure(failure) }
        if let inputFailure { return .failed(inputFailure, nil) }
        if inputEnded { return .failed(outputFailure ?? .closed(during: "receive"), nil) }
        guard mayRead, !flow.holdsReading else {
            guard let outputFailure else { return waitForMore() }
            // The server's last words were read, if there were any: nothing can be sent, so nothing will be answered.
            inputFailure = outputFailure
            engine.receiveEndOfStream()
            return nil
        }
        guard readThisTurn < Self.readBudget else {
            // Others on this loop have their turn first.
            readThisTurn = 0
            return .waiting
        }
        guard let channel else { return .waiting }
        isToldInVain = false
        let before = engine.input.count
        if engine.input.capacity < Self.readSize { engine.input.adopt(loop.takeBuffer()) }
        switch channel.read(into: &engine.input, atLeast: Self.readSize) {
        case .octets(let count, let mayHaveMore):
            moved(count, isReceived: true)
            trace.received(engine.input.octets.extracting(before..<(before + count)))
            readThisTurn += count
            loop.countRead(count)
            mayRead = mayHaveMore
        case .wouldBlock:
            mayRead = false
        case .endOfStream:
            trace.note("the server ended the stream")
            inputEnded = true
            engine.receiveEndOfStream()
        case .failed(let error):
            trace.note("\(error.description)")
            inputFailure = outputFailure ?? error
            engine.receiveEndOfStream()
        }
        return nil
    }

    /// Nothing more can be read for now: the memory for it is others' meanwhile.
    func rest() {
        guard !flow.keepsBuffer else { return }
        if let buffer = engine.input.surrender(keeping: Self.keptAtRest) { loop.giveBuffer(buffer) }
    }

    /// Waits for the socket, or for the consumer of what was read.
    private func waitForMore() -> Progress {
        rest()
        // A consumer who only was not at it yet is quicker than changing the set twice; the first event in vain ends the patience.
        var readiness: Readiness = isPaused && isToldInVain ? [] : .readable
        if !output.isEmpty { readiness.insert(.writable) }
        return watch(for: readiness)
    }

    private func moved(_ count: Int, isReceived: Bool) {
        guard configuration.watchesSilence, count > 0 else { return }
        movedOctets &+= UInt64(count)
        isAnswering = isReceived
        lastMoved = .now
    }

    /// Whether reading stopped only to let others have their turn.
    var yieldsTurn: Bool {
        if case .open = phase { mayRead && !isPaused && !inputEnded && !awaitsUpgrade } else { false }
    }

    /// Sends what waits, as far as the socket takes it.
    private func flush() -> TransportError? {
        guard !output.isEmpty, let channel else { return nil }
        // Holds: the octets are lent for the write alone.
        let before = output.count
        let outcome = unsafe output.flush { octets in unsafe channel.write(octets) }
        moved(max(before - output.count, 0), isReceived: false)
        if waits.isWaitingForDrain { waits.drained(to: output.count) }
        if case .failed(let error) = outcome { return error }
        return nil
    }

    /// A write failed, but the server's last words may still be waiting to be read.
    private func noteOutputFailure(_ error: TransportError) {
        trace.note("\(error.description)")
        outputFailure = error
        output.removeAll()
        mayRead = true
    }

    /// Waits for the socket. A kernel that will not tell when it is ready must not be waited for.
    private func watch(for readiness: Readiness) -> Progress {
        guard let channel else { return .waiting }
        do throws(TransportError) {
            try loop.update(channel.socket.number, to: readiness)
            return .waiting
        } catch {
            return .failed(error, nil)
        }
    }

    // MARK: TLS

    private func upgrade() -> Progress? {
        if let failure = flush() { return .failed(failure, nil) }
        // The engine says it once: what is left to send is remembered to stand before it.
        awaitsUpgrade = !output.isEmpty
        guard !awaitsUpgrade else { return watch(for: [.readable, .writable]) }
        do throws(TransportError) {
            try beginTLS(isUpgrade: true)
            return nil
        } catch {
            return .failed(error, nil)
        }
    }

    private func beginTLS(isUpgrade: Bool) throws(TransportError) {
        guard let channel, let tlsPlan else {
            throw TransportError(.tlsFailed, during: "TLS set-up", "TLS was not prepared for this connection")
        }
        trace.flush()
        try channel.beginTLS(tlsPlan, isUpgrade: isUpgrade)
        phase = .handshaking(isUpgrade: isUpgrade)
        onHandshake?()
    }

    /// Called when a handshake begins, to set its deadline.
    var onHandshake: (() -> Void)?

    private func handshake(isUpgrade: Bool) -> Progress? {
        guard let channel else { return .waiting }
        switch channel.handshake() {
        case .done:
            phase = .open
            trace.note("TLS is up: \(channel.tls?.summary ?? "")")
            if isUpgrade { engine.tlsEstablished() }
            mayRead = true
            return nil
        case .wantsRead:
            return watch(for: .readable)
        case .wantsWrite:
            return watch(for: [.readable, .writable])
        case .endOfStream:
            return .failed(.closed(during: "TLS handshake"), nil)
        case .failed(let error):
            return .failed(error, nil)
        }
    }

    /// Room that is offered to each read, in octets.
    private static var readSize: Int { 16 * 1024 }
    /// Output is sent when so many octets wait, even if the engine has more to say.
    private static var flushSize: Int { 64 * 1024 }
    /// Unread octets that are moved to memory of their own size while a connection rests.
    private static var keptAtRest: Int { 1024 }
    /// Octets that are read before other connections of the loop have their turn.
    private static var readBudget: Int { 256 * 1024 }
}
