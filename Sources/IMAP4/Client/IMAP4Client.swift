public import MailTransport
internal import Octets
public import SASL

/// A connection to an IMAP server (RFC 3501, RFC 9051).
///
/// One client may be used by many tasks: commands that may overlap go out together, others wait for each other. It
/// lives on its connection's event loop. A task that is cancelled while it waits for an answer closes the connection,
/// but for IDLE, which ends.
public actor IMAP4Client: EngineClient {
    /// How the client connects and behaves.
    public nonisolated let configuration: Configuration

    package nonisolated let loop: EventLoop
    package let driver: EngineDriver<IMAP4Session>

    var records: [CommandHandle: CommandRecord] = [:]
    var lastHandle: UInt64 = 0
    /// The FETCH whose streamed response is being received.
    var receiving: CommandRecord?
    /// The scope a mailbox is selected for; nil where none is.
    var scope: UInt64?
    var lastScope: UInt64 = 0
    var idle: IdleState?
    /// How many events there were, so that a stall can be seen.
    var progress: UInt64 = 0
    private let greetingReply = PendingReply<IMAP4Reply, IMAP4Error>()

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        // Holds: the client keeps its loop alive.
        unsafe loop.asUnownedSerialExecutor()
    }

    private init(_ endpoint: Endpoint, _ configuration: Configuration, tagSeed: UInt64, on loop: EventLoop) {
        self.configuration = configuration
        self.loop = loop
        var options = IMAP4SessionOptions()
        options.requiresTLS = endpoint.security == .startTLS
        options.allowsPasswordInPlaintext = configuration.allowsPasswordInPlaintext
        options.limits = configuration.limits
        options.quirks = configuration.quirks
        let engine = IMAP4Session(options: options, isSecured: endpoint.security == .tls, tagSeed: tagSeed)
        driver = EngineDriver(engine: engine, loop: loop, configuration: configuration.transport, label: "IMAP4")
    }

    // MARK: Life

    /// Connects, brings TLS up where `endpoint` asks for it, runs `body`, and says LOGOUT and closes on every way out.
    ///
    /// The port is 993 for `tls` and 143 for `startTLS` and `plaintext` where `endpoint` names none.
    /// - Throws: `IMAP4Error` where no session comes about; what `body` throws, untouched.
    public static func withConnection<Value>(
        to endpoint: Endpoint, configuration: Configuration = Configuration(),
        _ body: (IMAP4Client) async throws -> Value
    ) async throws -> Value {
        let client = try await connect(to: endpoint, configuration: configuration)
        do {
            let value = try await body(client)
            await client.logout()
            return value
        } catch {
            await client.logout()
            throw error
        }
    }

    package static func connect(
        to endpoint: Endpoint, configuration: Configuration, tagSeed: UInt64 = .random(in: .min ... .max)
    ) async throws(IMAP4Error) -> IMAP4Client {
        let loop: EventLoop
        do throws(TransportError) {
            loop = try place(configuration.transport)
        } catch {
            throw IMAP4Error(error, command: nil)
        }
        let client = IMAP4Client(endpoint, configuration, tagSeed: tagSeed, on: loop)
        try await client.start(endpoint)
        return client
    }

    private func start(_ endpoint: Endpoint) async throws(IMAP4Error) {
        do throws(IMAP4Error) {
            try await open(endpoint, port: Self.port(for: endpoint.security))
            greeting = try await wait(
                for: greetingReply, within: configuration.greetingTimeout, command: "greeting")
            if endpoint.security == .startTLS { try await startTLS() }
        } catch {
            await logout()
            var error = error
            error.replyIsUntrusted = endpoint.security == .startTLS && error.reply != nil
            throw error
        }
    }

    private func startTLS() async throws(IMAP4Error) {
        _ = try await capabilities()
        do throws(IMAP4Error) {
            try await run(.startTLS)
        } catch {
            guard error.kind == .refused || error.kind == .rejectedSyntax else { throw error }
            throw IMAP4Error(.tlsNotOffered, command: error.command, reply: error.reply, "the server refuses STARTTLS")
        }
        // What the greeting said in plaintext counts no more.
        greeting = nil
    }

    /// Says LOGOUT, waits a moment for the answer, and closes. A server that does not answer does no harm.
    package func logout() async {
        if !driver.isOver, driver.engine.state != .greeting {
            // Also where the task was cancelled: the server is told all the same, if it is quick.
            let limit = configuration.transport.closeTimeout
            _ = await shielded { client async throws(IMAP4Error) in try await client.run(.logout, within: limit) }
        }
        close()
    }

    // MARK: What is known

    /// The server's greeting; nil where it came before TLS was up, and anybody could have written it.
    public private(set) var greeting: IMAP4Reply?

    /// Whether a user is logged in.
    public var isAuthenticated: Bool {
        switch driver.engine.state {
        case .authenticated, .selected: true
        case .greeting, .notAuthenticated, .logout: false
        }
    }

    /// What TLS agreed on; nil in plaintext.
    public var tlsInformation: TLSInformation? { driver.tlsInformation }

    /// What the server can do; asked of it where it has not said so yet (RFC 3501 §6.1.1).
    public func capabilities() async throws(IMAP4Error) -> Set<IMAP4Capability> {
        if let known = driver.engine.capabilities { return known }
        try await run(.capability)
        return driver.engine.capabilities ?? []
    }

    // MARK: Commands

    /// Logs in by the strongest mechanism that server and credential have in common, or by LOGIN where there is none
    /// and the server allows it (RFC 3501 §6.2).
    ///
    /// - Returns: the server's answer.
    /// - Throws: `authenticationFailed` with the server's words for a wrong password; `authentication` where there is
    ///   no mechanism in common, the server forbids LOGIN, or the password would go over a connection without TLS.
    @discardableResult
    public func authenticate(_ credential: Credential) async throws(IMAP4Error) -> IMAP4Reply {
        _ = try await capabilities()
        let reply = try await run(.authenticate(credential)).reply
        _ = try await capabilities()
        return reply
    }

    /// What a command has brought.
    struct Outcome: Sendable {
        let reply: IMAP4Reply
        let data: [UntaggedResponse]
    }

    /// Sends a command and waits until it is complete.
    @discardableResult
    func run(_ kind: IMAP4Command.Kind, within limit: Duration? = nil) async throws(IMAP4Error) -> Outcome {
        let record = try begin(kind)
        defer { records[record.handle] = nil }
        if limit == nil { watch(record) }
        defer { record.timer?.cancel() }
        let reply = try await wait(for: record.reply, within: limit, command: record.verb)
        return Outcome(reply: reply, data: record.data)
    }

    /// Sends a command whose answer comes later.
    func begin(_ kind: IMAP4Command.Kind, fetch: FetchStream? = nil) throws(IMAP4Error) -> CommandRecord {
        guard !Task.isCancelled else {
            // Nothing is sent yet, so the connection need not suffer.
            throw IMAP4Error(.cancelled, command: kind.verb, connectionIsUsable: true)
        }
        if let idle, idle.isActive, kind.verb != "IDLE", kind.verb != "LOGOUT" {
            throw .stateViolation(kind.verb, "not allowed inside idle")
        }
        lastHandle += 1
        let record = CommandRecord(handle: CommandHandle(lastHandle), verb: kind.verb)
        record.fetch = fetch
        records[record.handle] = record
        do throws(IMAP4Error) {
            try submit(IMAP4Command(record.handle, kind))
        } catch {
            records[record.handle] = nil
            throw error
        }
        return record
    }

    // MARK: Events

    func resolveGreeting(_ result: Result<IMAP4Reply, IMAP4Error>) {
        greetingReply.resolve(result)
    }

    package func receive(_ event: IMAP4Event) {
        progress &+= 1
        take(event)
    }

    package func ended(_ failure: IMAP4Error?) {
        end(failure ?? IMAP4Error(.connectionClosed, "this side closed the connection"))
    }

    package nonisolated static func failure(for error: TransportError, command: String?) -> IMAP4Error {
        IMAP4Error(error, command: command)
    }

    /// A server's goodbye, or a breach of the protocol, tells more than how the connection then broke.
    package nonisolated static func tellsMore(_ failure: IMAP4Error) -> Bool {
        failure.kind != .connectionClosed
    }
}
