internal import MailTransport

/// Plays a fixture over a loopback socket: a scripted server has the server's lines, a client with the engine the rest.
enum SocketPlayer<Adapter: FixtureAdapter> {
    /// Plays `fixture` once.
    ///
    /// - Parameters:
    ///   - other: who is the server under TLS; nil for the identity that the client trusts.
    ///   - limit: how long the client waits for anything; what is right takes milliseconds.
    /// - Throws: the first line that does not hold, on whichever side; what shows a secret in the wire trace or an error.
    static func play(
        _ fixture: Fixture, as other: ServerIdentity? = nil, within limit: Duration = .seconds(5)
    ) async throws(FixtureError) {
        let rendezvous: Rendezvous
        let server: ScriptedServer
        let (authority, trusted) = try LoopbackIdentity.get()
        let identity = other ?? trusted
        do throws(ScriptFailure) {
            rendezvous = try Rendezvous()
            // The client gives up first, so that it is the one to say what is missing.
            server = try ScriptedServer.start(
                tls: fixture.header.channel == .tls ? identity : nil, within: limit * 2,
                scripts: [ScriptStep.script(of: fixture, identity)], rendezvous: rendezvous)
        } catch {
            throw FixtureError("\(error)")
        }
        let watch = SecretWatch(fixture)
        let client = try makeClient(fixture, authority, watch, within: limit)
        rendezvous.whenServerEnds { client.serverDidEnd() }
        var clientError: FixtureError?
        do throws(FixtureError) {
            // On the client's loop alone: tests that keep the pool's threads busy must not cost it its deadlines.
            try await withTaskExecutorPreference(client.loop) { () async throws(FixtureError) in
                try await client.play(fixture, at: endpoint(fixture, server.port), rendezvous)
            }
        } catch {
            clientError = error
            server.abandon()
        }
        let serverFailure = await server.conversations().first?.failure
        if let error = firstInFixture(clientError, serverFailure) {
            throw FixtureError("\(error.message) (over a socket)", line: error.line)
        }
        if let leak = watch.leak { throw FixtureError("a secret is shown: \(leak)") }
    }

    private static func makeClient(
        _ fixture: Fixture, _ authority: TestCertificateAuthority, _ watch: SecretWatch, within limit: Duration
    ) throws(FixtureError) -> FixtureClient<Adapter> {
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file(authority.path)
        configuration.connectTimeout = limit
        configuration.handshakeTimeout = limit
        configuration.logger = watch.logger
        let engine = try Adapter.makeEngine(isSecured: fixture.header.channel == .tls, options: fixture.header.client)
        do throws(TransportError) {
            return FixtureClient(
                engine, loop: try EventLoopGroup.shared().next, configuration: configuration, limit: limit, watch: watch
            )
        } catch {
            throw FixtureError("\(error)")
        }
    }

    private static func endpoint(_ fixture: Fixture, _ port: UInt16) -> Endpoint {
        if fixture.header.channel == .tls { return .tls("127.0.0.1", port: port) }
        let upgrades = fixture.steps.contains { $0.action == .startTLS }
        return upgrades ? .startTLS("127.0.0.1", port: port) : .plaintext("127.0.0.1", port: port)
    }

    /// What went wrong first: the other side then only meets what follows from it.
    private static func firstInFixture(_ client: FixtureError?, _ server: ScriptFailure?) -> FixtureError? {
        guard let server else { return client }
        let served = FixtureError(server.message, line: server.line)
        guard let client else { return served }
        // A server that was abandoned waits in the line where the client is, or behind it.
        return (served.line ?? .max) < (client.line ?? .max) ? served : client
    }
}
