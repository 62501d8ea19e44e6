internal import MailTransport
internal import Octets

/// The caller's side of a fixture over a socket: it submits what `>` lines say and waits for what `=>` lines say.
actor FixtureClient<Adapter: FixtureAdapter>: EngineClient {
    typealias Engine = FixtureEngine<Adapter>
    typealias Failure = FixtureEngine<Adapter>.Failure

    nonisolated let loop: EventLoop
    let driver: EngineDriver<FixtureEngine<Adapter>>
    private let events: StreamQueue<String, Failure>
    private let watch: SecretWatch
    private var limit: Duration
    private var rejection: String?
    private var serverHasClosed = false
    private var hasFailed = false
    /// Resolved when the server has played its part.
    private let serverIsDone = PendingReply<Void, Failure>()

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// How long a server that has nothing more to say is waited for.
    private static var patience: Duration { .milliseconds(200) }

    /// A client of `engine` that waits at most `limit` for each event.
    init(
        _ engine: Adapter.Engine, loop: EventLoop, configuration: TransportConfiguration, limit: Duration,
        watch: SecretWatch
    ) {
        self.watch = watch
        self.loop = loop
        self.limit = limit
        driver = EngineDriver(
            engine: FixtureEngine(engine), loop: loop, configuration: configuration, label: Adapter.folder)
        events = StreamQueue(highWater: .max, flow: driver.flow)
    }

    // MARK: For the driver

    func receive(_ event: Adapter.Engine.Event) {
        if let text = Adapter.describe(event) { events.push(text, cost: 1) }
    }

    func ended(_ failure: Failure?) {
        if let failure { watch.look(at: failure.story) }
        events.finish(failure)
    }

    nonisolated static func failure(for error: TransportError, command: String?) -> Failure {
        .transport(error)
    }

    /// The server has played its part, or cannot go on. Called on any thread.
    nonisolated func serverDidEnd() {
        loop.execute { self.assumeIsolated { $0.serverIsDone.resolve(.success(())) } }
    }

    // MARK: Playing

    /// Connects, does the caller's steps of `fixture` in order, and closes.
    func play(_ fixture: Fixture, at endpoint: Endpoint, _ rendezvous: Rendezvous) async throws(FixtureError) {
        defer { close() }
        do throws(Failure) {
            try await open(endpoint, port: 0)
        } catch {
            throw FixtureError("the client cannot connect: \(error.story)", line: fixture.steps.first?.line)
        }
        for step in fixture.steps {
            do throws(FixtureError) {
                if try await perform(step, rendezvous) { rendezvous.clientDidStep() }
            } catch {
                throw error.located(at: step.line)
            }
        }
        try await requireNothingLeft()
    }

    /// Does a step; false for one that is the server's.
    private func perform(_ step: FixtureStep, _ rendezvous: Rendezvous) async throws(FixtureError) -> Bool {
        switch step.action {
        case .server, .client, .startTLS:
            return false
        case .stall:
            limit = Self.patience
            return false
        case .close, .reset:
            serverHasClosed = true
            return false
        case .submit(let words):
            try await submit(words, rendezvous)
            if let rejection { throw FixtureError("the engine rejects the command: \(rejection.escapedForFixture)") }
        case .submitRejected(let words):
            try await submit(words, rendezvous)
            if rejection == nil { throw FixtureError("the engine takes the command, and should reject it") }
        case .rejected(let text):
            try EngineOutput.compare(try await string(text, rendezvous), rejection ?? "", "a rejection")
            rejection = nil
        case .event(let text):
            try await takeEvent(try await string(text, rendezvous))
        case .failure(let text):
            try await takeFailure(try await string(text, rendezvous))
        }
        return true
    }

    private func submit(_ words: [FixtureText], _ rendezvous: Rendezvous) async throws(FixtureError) {
        var strings: [String] = []
        for word in words { strings.append(try await string(word, rendezvous)) }
        for command in try Adapter.commands(for: strings) where rejection == nil {
            do throws(Failure) {
                try submit(command)
            } catch {
                rejection = error.text
            }
        }
    }

    private func takeEvent(_ expected: String) async throws(FixtureError) {
        var got: String?
        while true {
            switch await nextOutput() {
            case .success(let piece?):
                let both = got.map { Adapter.joined($0, piece) } ?? piece
                if let both { got = both }
                // Octets come in pieces of any size, so a streamed body may be many events, and more of it may follow.
                // What cannot be joined even with itself is no piece of a body.
                let mayGoOn = both.map { $0 != expected && Adapter.joined($0, $0) != nil } ?? false
                if mayGoOn { continue }
                return try EngineOutput.compare(expected, got ?? "", "an event")
            case .success(nil):
                return try EngineOutput.compare(expected, got ?? "", "an event")
            case .failure(let failure):
                if let got { return try EngineOutput.compare(expected, got, "an event") }
                let shown = (expected.escapedForFixture, failure.story)
                throw FixtureError(
                    "an event is missing: expected \"\(shown.0)\", got none; it failed: \"\(shown.1)\"")
            }
        }
    }

    private func takeFailure(_ expected: String) async throws(FixtureError) {
        switch await nextOutput() {
        case .success(let event):
            let got = event.map { "\"\($0.escapedForFixture)\"" } ?? "none"
            throw FixtureError("a failure is missing: expected \"\(expected.escapedForFixture)\", got \(got)")
        case .failure(.transport(let error)) where error.kind == .plaintextAfterStartTLS:
            // Plaintext behind the agreement to TLS is found by the engine or, where it comes later, by the driver.
            break
        case .failure(let failure):
            try EngineOutput.compare(expected, failure.text, "a failure")
        }
        hasFailed = true
    }

    /// Waits until the server is done too, and refuses what no line used.
    private func requireNothingLeft() async throws(FixtureError) {
        if hasFailed { return }
        if !driver.isOver {
            do throws(Failure) {
                try await wait(for: serverIsDone, within: limit, command: "the server's part")
            } catch {
                throw FixtureError("the server did not play its part to the end: \"\(error.story)\"")
            }
        }
        close()
        switch await nextOutput() {
        case .success(nil): break
        case .success(let event?):
            let got = event.escapedForFixture
            throw FixtureError("an event came out of turn before the end of the fixture: expected none, got \"\(got)\"")
        case .failure(.transport) where serverHasClosed: break
        case .failure(let failure):
            throw FixtureError("the client failed before the end of the fixture: \"\(failure.story)\"")
        }
    }

    /// The next event, or how it all ended; nil for this side's own end.
    private func nextOutput() async -> Result<String?, Failure> {
        do throws(Failure) {
            return .success(try await next(from: events, within: limit, command: "an event"))
        } catch {
            return .failure(error)
        }
    }

    /// The text with captures put in, once the server has captured them.
    private func string(_ text: FixtureText, _ rendezvous: Rendezvous) async throws(FixtureError) -> String {
        let end = ContinuousClock.now + limit
        while true {
            let captures = rendezvous.captures
            let isComplete = text.pieces.allSatisfy { piece in
                if case .capture(let name, _) = piece { captures[name] != nil } else { true }
            }
            if isComplete { return text.string(captures) }
            guard ContinuousClock.now < end else { throw FixtureError("the server captured nothing for \"\(text)\"") }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}
