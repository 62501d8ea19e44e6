import COpenSSL
import MailTestKit
import Testing

/// What the scripted server's TLS does and sees, held against a client made of OpenSSL alone.
@Suite("The server's TLS", .timeLimit(.minutes(1)))
struct ServerTLSTests {
    private let authority: TestCertificateAuthority
    private let leaf: TestCertificate

    init() throws {
        authority = try TestCertificateAuthority()
        leaf = try authority.issueCertificate()
    }

    /// Serves one connection with `settings`, `script` and `client`; what the server saw.
    private func serve(
        _ certificate: TestCertificate? = nil, _ settings: ServerTLSSettings = ServerTLSSettings(),
        _ script: [ScriptStep] = [.send("hello\r\n"), .ignoreRest], within limit: Duration = .seconds(10),
        wishes: RawTLSClient.Wishes = RawTLSClient.Wishes(), _ client: (RawTLSClient) throws -> Void
    ) async throws -> ScriptedConversation {
        let identity = try ServerIdentity(certificate ?? leaf, settings)
        let server = try ScriptedServer.start(tls: identity, within: limit, script: script)
        do {
            var wishes = wishes
            wishes.trusted += [authority]
            try client(RawTLSClient(port: server.port, wishes))
        }
        return await server.conversations()[0]
    }

    @Test("what a handshake agreed on is seen from both sides")
    func handshake() async throws {
        var wishes = RawTLSClient.Wishes(host: "localhost", protocols: ["imap", "pop3"], asksForStaple: true)
        wishes.certificate = try authority.issueCertificate(.client("fred"))
        var exporter: [UInt8] = []
        let settings = ServerTLSSettings().with {
            $0.applicationProtocols = ["pop3", "imap"]
            $0.staple = [1, 2, 3]
            $0.clientCertificate = .demanded(authority)
            $0.cipherSuites = "TLS_CHACHA20_POLY1305_SHA256"
        }
        let conversation = try await serve(nil, settings, wishes: wishes) { client in
            #expect(client.isUp, "\(client.trouble)")
            #expect(client.readLine() == "hello\r\n")
            #expect(client.selectedProtocol == "pop3")
            #expect(client.staple == [1, 2, 3])
            exporter = client.exporter
            client.send("QUIT\r\n")
            client.sayGoodbye()
        }
        let seen = try #require(conversation.handshake)
        #expect(conversation.failure == nil)
        #expect(conversation.end == .orderly)
        #expect(conversation.secured == Array("QUIT\r\n".utf8))
        #expect(seen.isComplete)
        #expect(seen.serverName == "localhost")
        #expect(seen.offeredProtocols == ["imap", "pop3"])
        #expect(seen.selectedProtocol == "pop3")
        #expect(seen.asksForStaple)
        #expect(!seen.offeredEarlyData)
        #expect(!seen.offeredSession)
        #expect(!seen.wasResumed)
        #expect(seen.version == "TLSv1.3")
        #expect(seen.cipher == "TLS_CHACHA20_POLY1305_SHA256")
        #expect(seen.clientCertificatePEM == wishes.certificate?.pem)
        #expect(seen.exporter == exporter)
        #expect(!seen.firstFinished.isEmpty)
        #expect(seen.alerts == [0])
    }

    @Test(
        "one version alone",
        arguments: [
            (ServerIdentity.Version.tls10, "TLSv1"), (.tls11, "TLSv1.1"), (.tls12, "TLSv1.2"), (.tls13, "TLSv1.3"),
        ])
    func versions(version: ServerIdentity.Version, name: String) async throws {
        let conversation = try await serve(
            nil, ServerTLSSettings(versions: version...version), wishes: RawTLSClient.Wishes(securityLevel: 0)
        ) { client in
            #expect(client.isUp, "\(client.trouble)")
        }
        #expect(conversation.tlsVersion == name)
    }

    @Test("a client without the certificate that is demanded is refused")
    func noClientCertificate() async throws {
        let settings = ServerTLSSettings().with { $0.clientCertificate = .demanded(authority) }
        let conversation = try await serve(nil, settings) { client in
            #expect(client.readError() == SSL_ERROR_SSL)
        }
        #expect(conversation.handshake?.isComplete == false)
    }

    @Test("sessions are resumed where the key of the tickets is shared, and nowhere else")
    func resumption() async throws {
        let key = TicketKey()
        let tickets = ServerTLSSettings().with { $0.resumption = .tickets(key, count: 1) }
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            var session: RawTLSClient.Session?
            var wishes = RawTLSClient.Wishes(highest: version)
            _ = try await serve(nil, tickets, wishes: wishes) { client in
                #expect(client.readLine() == "hello\r\n")
                session = client.session
                // OpenSSL resumes nothing that was cut off.
                client.sayGoodbye()
            }
            wishes.session = session
            for (settings, resumes) in [
                (tickets, true), (tickets.with { $0.resumption = .tickets(TicketKey(), count: 1) }, false),
                (ServerTLSSettings(), false),
            ] {
                let seen = try await serve(nil, settings, wishes: wishes) { client in
                    #expect(client.readLine() == "hello\r\n")
                    client.sayGoodbye()
                }.handshake
                #expect(seen?.wasResumed == resumes)
                #expect(seen?.offeredSession == true)
            }
        }
    }

    @Test("a session that the server remembers is resumed by its identifier")
    func remembered() async throws {
        let settings = ServerTLSSettings(versions: .tls12 ... .tls12).with { $0.resumption = .remembered }
        let identity = try ServerIdentity(leaf, settings)
        let script: [ScriptStep] = [.send("hello\r\n"), .ignoreRest]
        let server = try ScriptedServer.start(tls: identity, scripts: [script, script])
        var wishes = RawTLSClient.Wishes(trusted: [authority], highest: TLS1_2_VERSION)
        do {
            let first = try RawTLSClient(port: server.port, wishes)
            #expect(first.readLine() == "hello\r\n")
            wishes.session = first.session
            first.sayGoodbye()
        }
        do {
            let second = try RawTLSClient(port: server.port, wishes)
            #expect(second.readLine() == "hello\r\n")
            second.sayGoodbye()
        }
        let seen = await server.conversations().map(\.handshake)
        #expect(seen.map { $0?.offeredSession } == [false, true])
        #expect(seen.map { $0?.wasResumed } == [false, true])
    }

    @Test("an alert in place of a handshake")
    func alert() async throws {
        let conversation = try await serve(nil, ServerTLSSettings().with { $0.alert = 40 }) { client in
            #expect(!client.isUp)
            #expect(client.trouble.contains("handshake failure"))
        }
        #expect(conversation.handshake?.isComplete == false)
    }

    @Test("no application protocol in common, and one that nobody offered")
    func protocols() async throws {
        let wishes = RawTLSClient.Wishes(protocols: ["imap"])
        _ = try await serve(nil, ServerTLSSettings().with { $0.applicationProtocols = ["pop3"] }, wishes: wishes) {
            client in
            #expect(client.trouble.contains("no application protocol"))
        }
        _ = try await serve(nil, ServerTLSSettings().with { $0.forcedApplicationProtocol = "smtp" }, wishes: wishes) {
            client in
            // OpenSSL refuses it itself since its patches of 2024.
            #expect(client.isUp ? client.selectedProtocol == "smtp" : client.trouble == "bad extension")
        }
    }

    @Test("a client that is asked to negotiate anew: it does, or it goes away")
    func renegotiation() async throws {
        let settings = ServerTLSSettings(versions: .tls12 ... .tls12)
        let script: [ScriptStep] = [.send("hello\r\n"), .renegotiate, .send("again\r\n"), .ignoreRest]
        let done = try await serve(nil, settings, script) { client in
            #expect(client.readLine() == "hello\r\n")
            #expect(client.readLine() == "again\r\n")
        }
        #expect(done.handshake?.renegotiation == .done)
        let closed = try await serve(nil, settings, script) { #expect($0.readLine() == "hello\r\n") }
        #expect(closed.handshake?.renegotiation == .closed)
    }

    @Test("keys are changed on both sides")
    func keyUpdate() async throws {
        let script: [ScriptStep] = [
            .updateKeys, .send("hello\r\n"), .expect("QUIT\r\n"), .send("bye\r\n"), .ignoreRest,
        ]
        let conversation = try await serve(nil, ServerTLSSettings(versions: .tls13 ... .tls13), script) { client in
            #expect(client.readLine() == "hello\r\n")
            client.send("QUIT\r\n")
            #expect(client.readLine() == "bye\r\n")
        }
        #expect(conversation.failure == nil)
    }

    @Test("a stream that ends with and without close_notify")
    func endings() async throws {
        _ = try await serve(nil, ServerTLSSettings(), [.send("hello\r\n"), .close]) { client in
            #expect(client.readLine() == "hello\r\n")
            #expect(client.readError() == SSL_ERROR_ZERO_RETURN)
        }
        _ = try await serve(nil, ServerTLSSettings(), [.send("hello\r\n"), .truncate]) { client in
            #expect(client.readLine() == "hello\r\n")
            #expect(client.readError() == SSL_ERROR_SSL)
        }
    }

    @Test("a fatal alert behind what was sent, in one segment")
    func breakOff() async throws {
        let conversation = try await serve(nil, ServerTLSSettings(), [.breakOff(behind: "hello\r\n")]) { client in
            #expect(client.readLine() == "hello\r\n")
            #expect(client.readError() == SSL_ERROR_SSL)
        }
        #expect(conversation.failure == nil)
    }

    @Test("a client that is talked out of TLS 1.3 notices")
    func downgrade() async throws {
        let settings = ServerTLSSettings().with { $0.hidesTLS13FromItself = true }
        let conversation = try await serve(nil, settings) { #expect($0.trouble == "inappropriate fallback") }
        #expect(conversation.handshake?.isComplete == false)
        _ = try await serve(nil, settings, wishes: RawTLSClient.Wishes(highest: TLS1_2_VERSION)) { client in
            #expect(client.isUp)
        }
    }

    @Test("plaintext behind a handshake that failed is told from TLS's records")
    func plaintextBehind() async throws {
        let server = try ScriptedServer.start(
            tls: ServerIdentity(leaf, ServerTLSSettings().with { $0.alert = 40 }), script: [.ignoreRest])
        do {
            let client = try RawTLSClient(port: server.port)
            #expect(!client.isUp)
            client.sendPlaintext("USER fred\r\n")
        }
        #expect(await server.conversations()[0].plaintext == Array("USER fred\r\n".utf8))
    }

    @Test("a handshake in single octets comes about")
    func trickle() async throws {
        let settings = ServerTLSSettings().with { $0.delivery = .pieces(octets: 1, pause: .zero) }
        _ = try await serve(nil, settings) { #expect($0.readLine() == "hello\r\n") }
    }

    @Test(
        "a handshake that is cut off does not",
        arguments: [ServerTLSSettings.Delivery.closes(after: 100), .resets(after: 100), .stalls(after: 100)])
    func cutOff(delivery: ServerTLSSettings.Delivery) async throws {
        let settings = ServerTLSSettings().with { $0.delivery = delivery }
        let server = try ScriptedServer.start(
            tls: ServerIdentity(leaf, settings), within: .milliseconds(300), script: [.ignoreRest])
        do {
            let client = try RawTLSClient(port: server.port, RawTLSClient.Wishes(trusted: [authority]))
            #expect(!client.isUp)
        }
        #expect(await server.conversations()[0].handshake?.isComplete == false)
    }
}
