import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// Sessions that later connections resume (RFC 8446 §2.2, RFC 5077): for the same server under the same settings alone.
@Suite(.timeLimit(.minutes(1))) struct SessionResumptionTests {
    let authority: TestCertificateAuthority
    let leaf: TestCertificate
    let key = TicketKey()

    init() throws {
        authority = try TestCertificateAuthority()
        leaf = try authority.issueCertificate(.loopback.with { $0.names += ["other.example"] })
    }

    private func identity(
        _ version: ServerIdentity.Version = .tls13, tickets: Int = 2,
        _ change: (inout ServerTLSSettings) -> Void = { _ in }
    ) throws -> ServerIdentity {
        try ServerIdentity(
            leaf,
            ServerTLSSettings(versions: version...version).with {
                $0.resumption = .tickets(key, count: tickets)
                change(&$0)
            })
    }

    private func trial(_ identity: ServerIdentity, connections: Int) throws -> TLSTrial {
        try TLSTrial(identity, trusting: authority, connections: connections)
    }

    /// Keeps what was prepared for `tls` alive, whatever else is prepared at the same time.
    private func hold(_ tls: TLSConfiguration) async throws -> TLSContext {
        try await TLSContextCache.context(for: tls, within: .seconds(30), on: EventLoopGroup.shared().next)
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `the next connection resumes, and what was proven can still be read`(version: ServerIdentity.Version)
        async throws
    {
        let staple = try authority.ocspResponse(about: leaf)
        let trial = try trial(identity(version) { $0.staple = staple }, connections: 2)
        let held = try await hold(trial.tls)
        let first = try #require(try await trial.connect().information)
        let second = try #require(try await trial.connect().information)
        #expect(!first.isResumed)
        #expect(second.isResumed)
        #expect(second.trust == .root)
        #expect(second.peerChain == first.peerChain)
        #expect(second.verifiedChain == first.verifiedChain)
        #expect(second.verifiedChain.count == 2)
        #expect(second.staple == first.staple)
        #expect(second.staple != TLSInformation.Staple.none)
        let handshakes = await trial.seen().map(\.handshake)
        #expect(handshakes.map { $0?.wasResumed } == [false, true])
        #expect(handshakes.map { $0?.offeredEarlyData } == [false, false])
        withExtendedLifetime(held) {}
    }

    @Test func `a ticket of TLS 1.3 is used once`() async throws {
        let trial = try trial(identity(tickets: 1), connections: 1)
        let held = try await hold(trial.tls)
        _ = try await trial.connect()
        let sessions = try #require(held.sessions)
        #expect(sessions.count == 1)
        let key = SessionCache.Key(host: "localhost", port: trial.server.port, name: try ServerName("localhost"))
        #expect(sessions.take(key) != nil)
        #expect(sessions.take(key) == nil)
        #expect(sessions.count == 0)
    }

    @Test func `a session of TLS 1.2 may be used again`() async throws {
        let trial = try trial(identity(.tls12), connections: 4)
        let held = try await hold(trial.tls)
        var resumed: [Bool?] = []
        for _ in 0..<4 { resumed.append(try await trial.connect().information?.isResumed) }
        #expect(resumed == [false, true, true, true])
        withExtendedLifetime(held) {}
    }

    @Test func `a session that the server remembers by its identifier is resumed`() async throws {
        let trial = try trial(
            ServerIdentity(leaf, ServerTLSSettings(versions: .tls12 ... .tls12).with { $0.resumption = .remembered }),
            connections: 2)
        let held = try await hold(trial.tls)
        #expect(try await trial.connect().information?.isResumed == false)
        #expect(try await trial.connect().information?.isResumed == true)
        withExtendedLifetime(held) {}
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `a server that has lost its keys gets a full handshake, fully verified`(version: ServerIdentity.Version)
        async throws
    {
        let settings = ServerTLSSettings(versions: version...version)
        let mine = try ServerIdentity(leaf, settings.with { $0.resumption = .tickets(TicketKey(), count: 1) })
        let theirs = try ServerIdentity(
            TestCertificateAuthority().issueCertificate(),
            settings.with { $0.resumption = .tickets(TicketKey(), count: 1) })
        // Two servers behind one port, one after the other.
        let server = try ScriptedServer.start(
            within: .seconds(30),
            scripts: [mine, theirs].map { [.startTLS($0), .send("hello\r\n"), .ignoreRest] })
        var transport = TransportConfiguration()
        transport.tls.roots = .memory(Array(authority.pem.utf8))
        let held = try await hold(transport.tls)
        let endpoint = Endpoint.tls("localhost", port: server.port)
        try await Connection.withConnection(to: endpoint, configuration: transport) { connection in
            _ = try await connection.receiveLine(within: .seconds(30))
        }
        let error = await #expect(throws: TransportError.self) {
            _ = try await Connection.connect(to: endpoint, configuration: transport)
        }
        #expect(error?.kind == .certificateUntrusted)
        let handshakes = await server.conversations().map(\.handshake)
        #expect(handshakes.last??.offeredSession == true)
        #expect(handshakes.last??.isComplete == false)
        // What did not help is not tried again.
        #expect(held.sessions?.count == 0)
    }

    struct Difference: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout TLSConfiguration, TestCertificateAuthority) throws -> Void
    }

    static let differences = [
        Difference(testDescription: "other roots") { tls, authority in
            tls.roots = tls.roots + .memory(try TestCertificateAuthority().certificate.der)
        },
        Difference(testDescription: "a pin") { tls, authority in
            tls.pins = [try #require(PublicKeyPin(sha256: authority.certificate.publicKeySHA256()))]
        },
        Difference(testDescription: "no verification") { tls, _ in tls.verification = .insecureNone },
        Difference(testDescription: "revocation lists") { tls, authority in
            tls.revocation.lists = [.memory(try authority.revocationList().der)]
        },
        Difference(testDescription: "staples ignored") { tls, _ in tls.revocation.stapling = .insecureIgnored },
        Difference(testDescription: "a client's certificate") { tls, authority in
            let user = try authority.issueCertificate(.client("fred"))
            tls.identity = .pem(certificates: Array(user.pem.utf8), key: Secret(user.privateKeyPEM))
        },
        Difference(testDescription: "a higher lowest version") { tls, _ in tls.minimumVersion = .tls13 },
        Difference(testDescription: "other suites") { tls, _ in
            tls.algorithms.cipherSuites = ["TLS_AES_256_GCM_SHA384"]
        },
        Difference(testDescription: "a higher strength") { tls, _ in tls.algorithms.strength = .bits128 },
        Difference(testDescription: "an application protocol") { tls, _ in tls.applicationProtocols = ["imap"] },
        Difference(testDescription: "another name") { tls, _ in tls.serverName = "other.example" },
        Difference(testDescription: "no resumption") { tls, _ in tls.resumesSessions = false },
    ]

    @Test(arguments: differences) func `with other settings no session is offered`(difference: Difference) async throws
    {
        let trial = try trial(identity(), connections: 2)
        let held = try await hold(trial.tls)
        _ = try await trial.connect()
        #expect(held.sessions?.count == 2)
        let second = try await trial.connect { tls in try difference.change(&tls, authority) }
        #expect(second.kind == nil, "\(second.error?.description ?? "")")
        #expect(second.information?.isResumed == false)
        #expect(await trial.seen().map { $0.handshake?.offeredSession } == [false, false])
    }

    @Test func `another server is offered no session, even under the same name and key`() async throws {
        let first = try trial(identity(), connections: 1)
        let second = try trial(identity(), connections: 2)
        let held = try await hold(first.tls)
        _ = try await first.connect()
        // Another port; then another host at that port.
        let sameHost = try await second.connect()
        let otherHost = try await second.connect(to: "127.0.0.1")
        #expect(sameHost.information?.isResumed == false)
        #expect(otherHost.information?.isResumed == false)
        #expect(await second.seen().map { $0.handshake?.offeredSession } == [false, false])
        withExtendedLifetime(held) {}
    }

    @Test func `what is off leaves no trace`() async throws {
        let trial = try trial(identity(.tls12), connections: 2)
        for _ in 0..<2 {
            #expect(try await trial.connect { $0.resumesSessions = false }.information?.isResumed == false)
        }
        for conversation in await trial.seen() {
            // session_ticket, pre_shared_key, early_data (RFC 5077 §3.2, RFC 8446 §4.2).
            for number in [35, 41, 42] { #expect(conversation.handshake?.extensions.contains(number) == false) }
        }
    }

    @Test func `a connection without verification resumes without one`() async throws {
        let trial = try trial(identity(), connections: 2)
        var tls = trial.tls
        tls.verification = .insecureNone
        let held = try await hold(tls)
        _ = try await trial.connect { $0 = tls }
        let second = try await trial.connect { $0 = tls }
        #expect(second.information?.isResumed == true)
        #expect(second.information?.trust == .insecureNone)
        #expect(second.information?.isVerified == false)
        withExtendedLifetime(held) {}
    }

    @Test func `a pinned key is still known in a resumed session`() async throws {
        let trial = try trial(identity(), connections: 2)
        let pin = try #require(PublicKeyPin(sha256: leaf.publicKeySHA256()))
        var tls = trial.tls
        tls.pins = [pin]
        let held = try await hold(tls)
        _ = try await trial.connect { $0 = tls }
        let second = try await trial.connect { $0 = tls }
        #expect(second.information?.isResumed == true)
        #expect(second.information?.trust == .rootAndPin(pin))
        withExtendedLifetime(held) {}
    }
}
