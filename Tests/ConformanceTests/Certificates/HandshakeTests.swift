import Glibc
import MailTestKit
import MailTransport
import Testing

/// What the clients offer and refuse in a handshake and behind it, on both ways into TLS (RFC 8996, RFC 9325, RFC 6066 §3).
@Suite(.timeLimit(.minutes(1))) struct HandshakeTests {
    private func transport(_ loops: EventLoopGroup, trusting authority: TestCertificateAuthority)
        -> TransportConfiguration
    {
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.tls.roots = .file(authority.path)
        return transport
    }

    /// Plays a session behind the handshake of `identity`: the client's error, and what the server saw.
    private func play(
        _ way: ProtocolOverTLS, _ identity: ServerIdentity, host: String = "localhost", _ script: [ScriptStep],
        _ change: (inout TransportConfiguration) -> Void = { _ in },
        _ body: @Sendable (AnyMailClient) async throws -> Void = { _ in }
    ) async throws -> (ProtocolOverTLS.Failure?, ScriptedConversation) {
        let loops = try EventLoopGroup(count: 1)
        let server = try ScriptedServer.start(within: .seconds(30), script: way.opening(identity) + script)
        var transport = transport(loops, trusting: try CertificateWorld.get().root)
        change(&transport)
        let failure = await way.run(host: host, port: server.port, transport, body)
        let conversation = await server.conversations()[0]
        #expect(loops.next.holdings.descriptors == 0)
        return (failure, conversation)
    }

    @Test(arguments: ProtocolOverTLS.all, [ServerIdentity.Version.tls10, .tls11])
    func `versions before 1.2 are refused, and nothing is shown`(
        way: ProtocolOverTLS, version: ServerIdentity.Version
    ) async throws {
        let identity = try CertificateWorld.get().root.issue(versions: version...version)
        let (failure, conversation) = try await play(way, identity, [.ignoreRest])
        #expect(failure?.kind == "protocolVersion", "\(failure?.story ?? "accepted")")
        #expect(conversation.handshake?.isComplete == false)
        #expect(conversation.secured.isEmpty)
        #expect(String(decoding: conversation.plaintext, as: UTF8.self) == way.plaintext)
    }

    @Test(arguments: ProtocolOverTLS.all) func `a server that wants to negotiate anew is refused, and nobody hangs`(
        way: ProtocolOverTLS
    ) async throws {
        let identity = try CertificateWorld.get().root.issue(versions: .tls12 ... .tls12)
        let script = way.login.flatMap(\.steps) + [.renegotiate, .ignoreRest]
        let (failure, conversation) = try await play(way, identity, script) { _ in
        } _: { client in
            try await client.noop()
        }
        // OpenSSL's server takes the refusal for the end: it says so with an alert and closes, which may overtake it.
        let kinds = ["handshakeRefused", "tlsFailed", "connectionReset", "truncated"]
        #expect(kinds.contains(failure?.kind ?? "accepted"), "\(failure?.story ?? "accepted")")
        #expect(conversation.handshake?.renegotiation == .refused)
        // no_renegotiation (RFC 5246 §7.2.2)
        #expect(conversation.handshake?.alerts.contains(100) == true)
    }

    @Test(arguments: ProtocolOverTLS.all) func `keys that change do not disturb the session`(
        way: ProtocolOverTLS
    ) async throws {
        let identity = try CertificateWorld.get().root.issue(versions: .tls13 ... .tls13)
        let script =
            way.login.flatMap(\.steps) + [.updateKeys] + way.noop.steps + [.updateKeys]
            + way.goodbye(after: 1).steps + [.close]
        let (failure, conversation) = try await play(way, identity, script) { _ in
        } _: { client in
            try await client.noop()
        }
        #expect(failure == nil, "\(failure?.story ?? "")")
        #expect(conversation.failure == nil)
    }

    @Test(arguments: ProtocolOverTLS.all) func `nothing is offered that was not asked for`(
        way: ProtocolOverTLS
    ) async throws {
        let identity = try CertificateWorld.get().root.issue()
        let (failure, conversation) = try await play(way, identity, way.session)
        #expect(failure == nil, "\(failure?.story ?? "")")
        let seen = try #require(conversation.handshake)
        #expect(seen.version == "TLSv1.3")
        #expect(seen.serverName == "localhost")
        // ALPN (RFC 7301), early data (RFC 8446 §4.2.10), compression (RFC 3749, against which stands RFC 9325 §3.3).
        #expect(seen.offeredProtocols.isEmpty)
        #expect(!seen.extensions.contains(16))
        #expect(!seen.offeredEarlyData)
        #expect(!seen.offersCompression)
        #expect(!seen.offeredSession)
    }

    @Test(arguments: ProtocolOverTLS.all) func `a literal address is no server name`(way: ProtocolOverTLS) async throws
    {
        let identity = try CertificateWorld.get().root.issue()
        let (failure, conversation) = try await play(way, identity, host: "127.0.0.1", way.session)
        #expect(failure == nil, "\(failure?.story ?? "")")
        #expect(conversation.handshake?.serverName == nil)
        #expect(conversation.handshake?.extensions.contains(0) == false)
    }

    @Test(arguments: ProtocolOverTLS.all) func `a fatal alert right behind an answer is an error and not the end`(
        way: ProtocolOverTLS
    ) async throws {
        let identity = try CertificateWorld.get().root.issue()
        let last = try #require(way.login.last)
        let script = way.login.dropLast().flatMap(\.steps) + [.expect(last.said), .breakOff(behind: last.answer)]
        let (failure, _) = try await play(way, identity, script) { _ in
        } _: { client in
            try await client.noop()
        }
        #expect(failure?.kind == "tlsFailed", "\(failure?.story ?? "accepted")")
    }

    @Test(arguments: ProtocolOverTLS.Name.allCases)
    func `no upgrade is taken for an injection, whenever the server answers`(
        name: ProtocolOverTLS.Name
    ) async throws {
        // The server's second flight of TLS 1.2 begins with a record that is no handshake.
        let identity = try CertificateWorld.get().root.issue(versions: .tls12 ... .tls12)
        let way = ProtocolOverTLS(name: name, isUpgrade: true)
        for _ in 0..<30 {
            let (failure, _) = try await play(way, identity, way.session)
            #expect(failure == nil, "\(failure?.story ?? "")")
        }
    }

    @Test(arguments: ProtocolOverTLS.all)
    func `application protocols are offered where they are set, and one must be chosen`(
        way: ProtocolOverTLS
    ) async throws {
        let root = try CertificateWorld.get().root
        let right = try root.issue().serving { $0.applicationProtocols = ["other", "mail"] }
        let (failure, conversation) = try await play(way, right, way.session) {
            $0.tls.applicationProtocols = ["first", "mail"]
        }
        #expect(failure == nil, "\(failure?.story ?? "")")
        #expect(conversation.handshake?.offeredProtocols == ["first", "mail"])
        #expect(conversation.handshake?.selectedProtocol == "mail")
        let wrong = try root.issue().serving { $0.applicationProtocols = ["other"] }
        let (refusal, refused) = try await play(way, wrong, [.ignoreRest]) { $0.tls.applicationProtocols = ["mail"] }
        #expect(refusal?.kind == "noApplicationProtocol", "\(refusal?.story ?? "accepted")")
        #expect(refused.secured.isEmpty)
    }

    @Test(
        arguments: ProtocolOverTLS.all,
        [("LocalHost", nil, "localhost"), ("127.0.0.1", "MAIL.example.com.", "mail.example.com")])
    func `a server is named without the root's dot and in small letters`(
        way: ProtocolOverTLS, names: (host: String, given: String?, asked: String)
    ) async throws {
        let identity = try CertificateWorld.get().root.issue(
            CertificateProfile(names: ["localhost", "mail.example.com"], addresses: []))
        let (failure, conversation) = try await play(way, identity, host: names.host, way.session) {
            $0.tls.serverName = names.given
        }
        #expect(failure == nil, "\(failure?.story ?? "")")
        #expect(conversation.handshake?.serverName == names.asked)
    }

    @Test(.enabled(if: hasIDNA), arguments: ProtocolOverTLS.all)
    func `a name outside ASCII is asked for and verified in A-labels`(way: ProtocolOverTLS) async throws {
        let identity = try CertificateWorld.get().root.issue(
            CertificateProfile(names: ["xn--bcher-kva.example"], addresses: []))
        for name in ["bücher.example", "Bücher.EXAMPLE", "BU\u{308}CHER.example", "xn--bcher-kva.example"] {
            let (failure, conversation) = try await play(way, identity, host: "127.0.0.1", way.session) {
                $0.tls.serverName = name
            }
            #expect(failure == nil, "\(name): \(failure?.story ?? "")")
            #expect(conversation.handshake?.serverName == "xn--bcher-kva.example")
        }
    }

    /// Whether the library is here that turns U-labels into A-labels.
    private static var hasIDNA: Bool {
        // Holds: the text is NUL-terminated; the library stays loaded.
        unsafe dlopen("libidn2.so.0", RTLD_NOW) != nil
    }

    @Test(arguments: ProtocolOverTLS.all) func `a handshake that comes octet by octet comes about`(
        way: ProtocolOverTLS
    ) async throws {
        let identity = try CertificateWorld.get().root.issue().serving {
            $0.delivery = .pieces(octets: 1, pause: .zero)
        }
        let (failure, conversation) = try await play(way, identity, way.session)
        #expect(failure == nil, "\(failure?.story ?? "")")
        #expect(conversation.failure == nil)
    }

    @Test(
        arguments: ProtocolOverTLS.all,
        [
            ServerTLSSettings.Delivery.closes(after: 0), .closes(after: 3), .closes(after: 300), .resets(after: 0),
            .resets(after: 300), .stalls(after: 0), .stalls(after: 300),
            .pieces(octets: 1, pause: .milliseconds(100)),
        ])
    func `a handshake that is cut off, stalls or trickles ends by type`(
        way: ProtocolOverTLS, delivery: ServerTLSSettings.Delivery
    ) async throws {
        let identity = try CertificateWorld.get().root.issue().serving { $0.delivery = delivery }
        let (failure, conversation) = try await play(way, identity, [.ignoreRest]) {
            $0.handshakeTimeout = .milliseconds(500)
        }
        let kinds: [String] =
            switch delivery {
            case .closes: ["truncated", "closed"]
            case .resets: ["connectionReset"]
            case .stalls, .pieces, .whole: ["timedOut"]
            }
        #expect(kinds.contains(failure?.kind ?? "accepted"), "\(failure?.story ?? "accepted")")
        #expect(conversation.secured.isEmpty)
        #expect(String(decoding: conversation.plaintext, as: UTF8.self) == way.plaintext)
    }

    @Test(arguments: ProtocolOverTLS.all, [UInt8(40), 80, 112]) func `a server that refuses the handshake is told so`(
        way: ProtocolOverTLS, alert: UInt8
    ) async throws {
        let identity = try CertificateWorld.get().root.issue().serving { $0.alert = alert }
        let (failure, conversation) = try await play(way, identity, [.ignoreRest])
        #expect(failure?.kind == "handshakeRefused", "\(failure?.story ?? "accepted")")
        #expect(conversation.secured.isEmpty)
    }
}
