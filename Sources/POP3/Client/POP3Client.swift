public import MailTransport
internal import Octets

/// A connection to a POP3 server and the maildrop behind it (RFC 1939).
///
/// One client may be used by many tasks: commands take turns. It lives on its connection's event loop.
public actor POP3Client: EngineClient {
    /// How the client connects and behaves.
    public nonisolated let configuration: Configuration

    package nonisolated let loop: EventLoop
    package let driver: EngineDriver<POP3Session>

    /// The answers that are outstanding, oldest first.
    var answers: [PendingAnswer] = []
    /// The messages that somebody may still read.
    var streams: [UInt64: (answer: PendingAnswer, content: ContentStream)] = [:]
    var lastStream: UInt64 = 0
    /// Who waits for anything to happen.
    var watchers: [UInt64: PendingReply<Void, POP3Error>] = [:]
    var lastWatcher: UInt64 = 0
    /// Resolved when no answer is outstanding any more; for whoever wants to leave.
    var idle: PendingReply<Void, POP3Error>?
    /// Why this side closed the connection, where it did not just say goodbye.
    var reasonToClose: POP3Error?
    /// Why the connection is over, once it is.
    private(set) var ending: POP3Error?
    /// What became of deletions, once QUIT was answered.
    var quitOutcome: DeletionOutcome?

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
        let engine = POP3Session(isSecured: endpoint.security == .tls, configuration: session)
        driver = EngineDriver(engine: engine, loop: loop, configuration: configuration.transport, label: "POP3")
    }

    // MARK: Life

    /// Connects, brings TLS up where `endpoint` asks for it, runs `body`, and says QUIT.
    ///
    /// The port is 995 for `tls`, 110 for `startTLS` and `plaintext`, where `endpoint` names none.
    ///
    /// Messages that `body` deleted are removed when it returns. When it throws, they are kept: what went wrong may have been the
    /// storing of what was retrieved. To remove them all the same, catch the error inside.
    /// - Throws: `POP3Error` where no session comes about; `deletionsUnconfirmed` where `body` deleted messages and the server did
    ///   not confirm it; what `body` throws, untouched.
    @discardableResult
    public static func withConnection<Value>(
        to endpoint: Endpoint, configuration: Configuration = Configuration(),
        _ body: (POP3Client) async throws -> Value
    ) async throws -> Value {
        let client = try await connect(to: endpoint, configuration: configuration)
        let value: Value
        do {
            value = try await body(client)
        } catch {
            await client.leaveWithoutDeleting()
            throw error
        }
        try await client.quit()
        return value
    }

    static func connect(to endpoint: Endpoint, configuration: Configuration) async throws(POP3Error) -> POP3Client {
        let loop: EventLoop
        do throws(TransportError) {
            loop = try place(configuration.transport)
        } catch {
            throw POP3Error(error, command: nil)
        }
        let client = POP3Client(endpoint, configuration, on: loop)
        try await client.start(endpoint)
        return client
    }

    private func start(_ endpoint: Endpoint) async throws(POP3Error) {
        let greeting = PendingAnswer("greeting")
        answers.append(greeting)
        var isBeforeTLS = endpoint.security == .startTLS
        do throws(POP3Error) {
            try await open(endpoint, port: Self.port(for: endpoint.security))
            guard case .greeting(let response) = try await reply(to: greeting, within: configuration.timeouts.reply)
            else { throw outOfStep(nil) }
            self.greeting = response
            try await learnCapabilities()
            if endpoint.security == .startTLS {
                guard case .tlsEstablished = try await ask(.startTLS) else { throw outOfStep("STLS") }
                isBeforeTLS = false
                // What was said in plaintext counts no more.
                self.greeting = nil
                try await learnCapabilities()
            }
        } catch {
            await leaveWithoutDeleting()
            var error = error
            error.responseIsUntrusted = isBeforeTLS && error.response != nil
            throw error
        }
    }

    /// Asks for the capabilities; a server that does not know CAPA is as good as any.
    private func learnCapabilities() async throws(POP3Error) {
        do throws(POP3Error) {
            try await askCapabilities()
        } catch  where error.kind == .refused && error.connectionIsUsable {
            return
        }
    }

    // MARK: What is known

    /// The server's greeting; nil where it came before TLS was up, and anybody could have written it.
    public private(set) var greeting: POP3Response?

    /// What the server offers, by its latest answer to CAPA; nil where it does not know CAPA.
    public var capabilities: POP3Capabilities? { driver.engine.capabilities }

    /// Whether somebody is logged in.
    public var isAuthenticated: Bool { driver.engine.isAuthenticated }

    /// What TLS agreed on; nil in plaintext.
    public var tlsInformation: TLSInformation? { driver.tlsInformation }

    // MARK: Events

    package func receive(_ event: POP3Event) {
        defer {
            tellWatchers(.success(()))
            if answers.isEmpty { idle?.resolve(.success(())) }
        }
        guard let answer = answers.first else { return }
        switch event {
        case .contentBegan:
            answer.reply.resolve(.success(event))
        case .content(let octets):
            if let content = answer.content { take(octets, for: content) }
        case .contentEnded:
            answers.removeFirst()
            answer.content?.queue.finish()
        case .refused(let error):
            answers.removeFirst()
            answer.reply.resolve(.failure(error))
            answer.content?.queue.finish(error)
        default:
            answers.removeFirst()
            answer.reply.resolve(.success(event))
        }
    }

    /// Keeps content for whoever reads it, or drops it, within bounds.
    private func take(_ octets: [UInt8], for content: ContentStream) {
        let limits = driver.engine.configuration.limits
        if content.queue.isAbandoned {
            content.dropped += octets.count
            if content.dropped > limits.drainedLength {
                end(for: "more than \(limits.drainedLength) octets of a message that nobody reads")
            }
        } else {
            content.queue.push(octets, cost: octets.count)
            if content.queue.bufferedCost > limits.contentLength {
                end(for: "more than \(limits.contentLength) octets of a message wait to be read")
            }
        }
    }

    private func end(for detail: String) {
        reasonToClose = POP3Error(
            .limitExceeded, command: answers.first?.verb, deletions: driver.engine.deletions, detail)
        close()
    }

    package func ended(_ failure: POP3Error?) {
        var failure = failure ?? reasonToClose ?? POP3Error(.connectionClosed, "the client closed it")
        if failure.deletions == .none { failure.deletions = driver.engine.deletions }
        ending = failure
        let waiting = answers
        answers = []
        for answer in waiting {
            answer.reply.resolve(.failure(failure))
            answer.content?.queue.finish(failure)
        }
        tellWatchers(.failure(failure))
        idle?.resolve(.failure(failure))
    }

    func tellWatchers(_ result: Result<Void, POP3Error>) {
        let waiting = watchers
        watchers = [:]
        for watcher in waiting.values { watcher.resolve(result) }
    }

    package nonisolated static func failure(for error: TransportError, command: String?) -> POP3Error {
        POP3Error(error, command: command)
    }

    /// A server's goodbye, or that a response was cut short, tells more than how the connection then broke.
    package nonisolated static func tellsMore(_ failure: POP3Error) -> Bool {
        failure.kind != .connectionClosed
    }
}
