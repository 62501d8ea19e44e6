public import MailTransport
internal import Octets
public import SASL

/// A connection to an SMTP server, for submission (RFC 6409) or relay (RFC 5321).
///
/// One client may be used by many tasks: commands and whole messages take turns. It lives on its connection's event
/// loop.
public actor SMTPClient: EngineClient {
    /// How the client connects and behaves.
    public nonisolated let configuration: Configuration

    package nonisolated let loop: EventLoop
    package let driver: EngineDriver<SMTPSession>
    private let events: StreamQueue<SMTPEvent, SMTPError>

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        // Holds: the client keeps its loop alive.
        unsafe loop.asUnownedSerialExecutor()
    }

    private init(_ endpoint: Endpoint, _ configuration: Configuration, on loop: EventLoop) {
        self.configuration = configuration
        self.loop = loop
        var session = configuration.session
        if endpoint.security == .startTLS { session.requiresTLS = true }
        let engine = SMTPSession(isSecured: endpoint.security == .tls, configuration: session)
        driver = EngineDriver(engine: engine, loop: loop, configuration: configuration.transport, label: "SMTP")
        events = StreamQueue(highWater: 1024, flow: driver.flow)
    }

    // MARK: Life

    /// Connects, greets, brings TLS up where `endpoint` asks for it, runs `body`, and says QUIT on every way out.
    ///
    /// The port is 465 for `tls`, 587 for `startTLS`, 25 for `plaintext` where `endpoint` names none.
    /// - Throws: `SMTPError` where no session comes about; what `body` throws, untouched.
    public static func withConnection<Value>(
        to endpoint: Endpoint, configuration: Configuration = Configuration(),
        _ body: (SMTPClient) async throws -> Value
    ) async throws -> Value {
        let client = try await connect(to: endpoint, configuration: configuration)
        do {
            let value = try await body(client)
            await client.quit()
            return value
        } catch {
            await client.quit()
            throw error
        }
    }

    static func connect(to endpoint: Endpoint, configuration: Configuration) async throws(SMTPError) -> SMTPClient {
        let loop: EventLoop
        do throws(TransportError) {
            loop = try place(configuration.transport)
        } catch {
            throw SMTPError(error, command: nil)
        }
        let client = SMTPClient(endpoint, configuration, on: loop)
        try await client.start(endpoint)
        return client
    }

    private func start(_ endpoint: Endpoint) async throws(SMTPError) {
        var isBeforeTLS = endpoint.security == .startTLS
        do throws(SMTPError) {
            try await open(endpoint, port: Self.port(for: endpoint.security))
            guard case .greeting(let reply) = try await nextEvent(nil, within: configuration.timeouts.greeting)
            else { throw outOfStep(nil) }
            greeting = reply
            try await hello()
            guard endpoint.security == .startTLS else { return }
            try await startTLS()
            isBeforeTLS = false
            // What was said in plaintext counts no more.
            greeting = nil
            try await hello()
        } catch {
            await quit()
            var error = error
            error.replyIsUntrusted = isBeforeTLS && error.reply != nil
            throw error
        }
    }

    private func hello() async throws(SMTPError) {
        try submit(.hello(ehloArgument))
        switch try await nextEvent("EHLO", within: configuration.timeouts.command) {
        case .extensions: return
        case .refused(let error): throw error
        default: throw outOfStep("EHLO")
        }
    }

    private func startTLS() async throws(SMTPError) {
        try submit(.startTLS)
        switch try await nextEvent("STARTTLS", within: configuration.timeouts.command) {
        case .tlsEstablished: return
        case .refused(let error): throw error
        default: throw outOfStep("STARTTLS")
        }
    }

    private var ehloArgument: EHLOArgument {
        if let given = configuration.ehloArgument { return given }
        let literal = driver.localAddressLiteral.flatMap { try? EHLOArgument($0) }
        return literal ?? .loopback
    }

    /// Says QUIT, waits a moment for the answer, and closes. A server that does not answer does no harm.
    func quit() async {
        do throws(SMTPError) {
            try submit(.quit)
            while true {
                let event = try await nextEvent("QUIT", within: configuration.transport.closeTimeout)
                if case .closed = event { break }
            }
        } catch {
            // There was no session to end, or it ended by itself.
        }
        close()
    }

    // MARK: What is known

    /// The server's greeting; nil where it came before TLS was up, and anybody could have written it.
    public private(set) var greeting: SMTPReply?

    /// What the server offers, by its latest answer to EHLO.
    public var extensions: ServiceExtensions { driver.engine.extensions }

    /// Whether AUTH succeeded.
    public var isAuthenticated: Bool { driver.engine.isAuthenticated }

    /// What TLS agreed on; nil in plaintext.
    public var tlsInformation: TLSInformation? { driver.tlsInformation }

    // MARK: Commands

    /// Logs in by the strongest mechanism that server and credential have in common (RFC 4954).
    ///
    /// - Returns: the server's answer.
    /// - Throws: `refused` with the server's words for a wrong password; `authentication` where there is no mechanism
    ///   in common, or the password would go over a connection without TLS.
    @discardableResult
    public func authenticate(_ credential: Credential) async throws(SMTPError) -> SMTPReply {
        try await inTurn("AUTH") { () throws(SMTPError) in
            try submit(.authenticate(credential))
            switch try await nextEvent("AUTH", within: configuration.timeouts.authentication) {
            case .authenticated(let reply): return reply
            case .refused(let error): throw error
            default: throw outOfStep("AUTH")
            }
        }
    }

    /// RSET: has the server forget a transaction that was begun (RFC 5321 §4.1.1.5). Messages do so by themselves.
    @discardableResult
    public func reset() async throws(SMTPError) -> SMTPReply {
        try await complete(.reset, "RSET")
    }

    /// NOOP: nothing, but an answer (RFC 5321 §4.1.1.9).
    @discardableResult
    public func noop() async throws(SMTPError) -> SMTPReply {
        try await complete(.noop, "NOOP")
    }

    private func complete(_ command: SMTPCommand, _ verb: String) async throws(SMTPError) -> SMTPReply {
        try await inTurn(verb) { () throws(SMTPError) in
            try submit(command)
            switch try await nextEvent(verb, within: configuration.timeouts.command) {
            case .completed(_, let reply): return reply
            case .refused(let error): throw error
            default: throw outOfStep(verb)
            }
        }
    }

    /// Runs `body` when it is this caller's turn; a task that is cancelled before leaves the connection as it is.
    func inTurn<Value>(
        _ command: String, _ body: () async throws(SMTPError) -> Value
    ) async throws(SMTPError) -> Value {
        do throws(SMTPError) {
            try await takeTurn(command: command)
        } catch {
            var told = error
            told.connectionIsUsable = !driver.isOver
            throw told
        }
        defer { endTurn() }
        return try await body()
    }

    // MARK: Events

    /// The next thing that happens.
    func nextEvent(_ command: String?, within limit: Duration) async throws(SMTPError) -> SMTPEvent {
        do throws(SMTPError) {
            if let event = try await next(from: events, within: limit, command: command ?? "greeting") { return event }
            throw SMTPError(.connectionClosed, command: command)
        } catch {
            // A transport that fails knows nothing of commands.
            var told = error
            if told.command == nil { told.command = command }
            throw told
        }
    }

    /// The session gave an event that does not belong here.
    func outOfStep(_ command: String?) -> SMTPError {
        close()
        return SMTPError(
            .stateViolation, command: command, acceptance: driver.engine.acceptance, "the session is out of step")
    }

    package func receive(_ event: SMTPEvent) {
        events.push(event, cost: 1)
    }

    package func ended(_ failure: SMTPError?) {
        events.finish(failure ?? SMTPError(.connectionClosed, "the client closed it"))
    }

    package nonisolated static func failure(for error: TransportError, command: String?) -> SMTPError {
        SMTPError(error, command: command)
    }

    /// A server's goodbye, or a refusal that came first, tells more than how the connection then broke.
    package nonisolated static func tellsMore(_ failure: SMTPError) -> Bool {
        failure.kind != .connectionClosed
    }
}
