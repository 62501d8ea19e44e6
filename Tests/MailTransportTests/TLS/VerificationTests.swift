import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// Certificates and versions that are refused, each by its own name, on both ways into TLS (RFC 9525, RFC 8996).
@Suite(.timeLimit(.minutes(1))) struct VerificationTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let profile: CertificateProfile
        let kind: TransportError.Kind
        var host = "127.0.0.1"
        var trustsOther = false
    }

    static let refusals: [Refusal] = [
        Refusal(testDescription: "expired", profile: .expired, kind: .certificateExpired),
        Refusal(testDescription: "not yet valid", profile: .notYetValid, kind: .certificateNotYetValid),
        Refusal(testDescription: "self-signed", profile: .selfSigned, kind: .certificateSelfSigned),
        Refusal(
            testDescription: "unknown authority", profile: .loopback, kind: .certificateUntrusted, trustsOther: true),
        Refusal(testDescription: "other host", profile: .otherHost, kind: .certificateNameMismatch),
        Refusal(testDescription: "other name", profile: .otherHost, kind: .certificateNameMismatch, host: "localhost"),
        Refusal(
            testDescription: "common name alone", profile: .commonNameOnly, kind: .certificateNameMismatch,
            host: "localhost"),
        Refusal(
            testDescription: "address as a DNS name",
            profile: CertificateProfile(names: ["127.0.0.1"], addresses: []), kind: .certificateNameMismatch),
        Refusal(
            testDescription: "wildcard inside a label",
            profile: CertificateProfile(names: ["loc*"], addresses: []), kind: .certificateNameMismatch,
            host: "localhost"),
        Refusal(
            testDescription: "bare wildcard",
            profile: CertificateProfile(names: ["*"], addresses: []), kind: .certificateNameMismatch, host: "localhost"),
    ]

    private func client(trusting authority: TestCertificateAuthority, serverName: String? = nil) throws -> LineClient {
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file(authority.path)
        configuration.tls.serverName = serverName
        return LineClient(loop: try EventLoop(), configuration: configuration)
    }

    @Test(arguments: refusals, [Endpoint.Security.tls, .startTLS])
    func `a certificate that does not hold is refused by name`(refusal: Refusal, security: Endpoint.Security)
        async throws
    {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(refusal.profile)
        let script: [ScriptStep] =
            security == .tls
            ? [.ignoreRest] : [.expect("STARTTLS\r\n"), .send("OK TLS\r\n"), .startTLS(identity), .ignoreRest]
        let server = try ScriptedServer.start(tls: security == .tls ? identity : nil, script: script)
        let trusted = refusal.trustsOther ? try TestCertificateAuthority() : authority
        defer { withExtendedLifetime(trusted) {} }
        let client = try client(trusting: trusted)
        let failure = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(Endpoint(host: refusal.host, port: server.port, security: security))
            try await client.send(.startTLS)
            _ = try await client.receive()
        }
        #expect(failure?.kind == refusal.kind, "\(failure?.what ?? "")")
        if refusal.kind == .certificateNameMismatch {
            for name in refusal.profile.names { #expect(failure?.what.contains(name) == true) }
        }
        await client.close()
        #expect(client.loop.holdings.descriptors == 0)
        let conversation = await server.conversations()
        #expect(conversation.first?.secured.isEmpty == true)
    }

    @Test(arguments: [
        ("127.0.0.1", CertificateProfile.loopback), ("localhost", .loopback),
        ("localhost", CertificateProfile(names: ["a.example", "LOCALHOST"], addresses: [])),
        ("127.0.0.1", CertificateProfile(names: [], addresses: ["192.0.2.1", "127.0.0.1"])),
    ])
    func `a certificate for the host is accepted`(host: String, profile: CertificateProfile) async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(tls: authority.issue(profile), script: [.send("hello\r\n"), .ignoreRest])
        let client = try client(trusting: authority)
        try await client.connect(.tls(host, port: server.port))
        #expect(try await client.receive() == .line("hello"))
        await client.close()
        let conversation = try #require(try await server.finish().first)
        #expect(conversation.end == .orderly)
        #expect(conversation.tlsVersion == "TLSv1.3")
        // A literal address is no server name (RFC 6066 §3).
        #expect(conversation.serverName == (host == "localhost" ? "localhost" : nil))
    }

    @Test func `a wildcard stands for one whole label`() async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(CertificateProfile(names: ["*.example.com"], addresses: []))
        let server = try ScriptedServer.start(
            tls: identity, scripts: [[.send("hello\r\n"), .ignoreRest], [.ignoreRest], [.ignoreRest]])
        let good = try client(trusting: authority, serverName: "mail.example.com")
        try await good.connect(.tls("127.0.0.1", port: server.port))
        #expect(try await good.receive() == .line("hello"))
        await good.close()
        for name in ["a.mail.example.com", "example.com"] {
            let client = try client(trusting: authority, serverName: name)
            let failure = await #expect(throws: LineEngine.Failure.self) {
                try await client.connect(.tls("127.0.0.1", port: server.port))
            }
            #expect(failure?.kind == .certificateNameMismatch)
        }
    }

    @Test func `a name in U-labels is asked for and verified in A-labels`() async throws {
        guard InternationalizedName.isAvailable else { return }
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(CertificateProfile(names: ["xn--bcher-kva.example"], addresses: []))
        let server = try ScriptedServer.start(tls: identity, script: [.send("hello\r\n"), .ignoreRest])
        let client = try client(trusting: authority, serverName: "Bücher.Example")
        try await client.connect(.tls("127.0.0.1", port: server.port))
        #expect(try await client.receive() == .line("hello"))
        await client.close()
        #expect(try await server.finish().first?.serverName == "xn--bcher-kva.example")
    }

    @Test(arguments: ["", "mail\u{0}.example.com", ".example.com", "*.example.com", "a b", "mail.example.com\r\n"])
    func `a server name that cannot be one is an error before anything is sent`(name: String) async throws {
        let listener = try LoopbackListener(connections: 0) { _ in }
        let client = try client(trusting: TestCertificateAuthority(), serverName: name)
        let failure = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.tls("127.0.0.1", port: listener.port))
        }
        #expect(failure?.kind == .invalidEndpoint, "\(failure?.what ?? "")")
    }

    @Test func `versions under 1.2 are refused`() async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(
            tls: authority.issue(versions: .tls10 ... .tls11), script: [.ignoreRest])
        let client = try client(trusting: authority)
        let failure = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.tls("127.0.0.1", port: server.port))
        }
        #expect(failure?.kind == .protocolVersion || failure?.kind == .handshakeRefused, "\(failure?.what ?? "")")
    }

    @Test func `1.2 is still spoken, and lines go both ways after an upgrade`() async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(versions: .tls12 ... .tls12)
        let server = try ScriptedServer.start(script: [
            .send("hello\r\n"), .expect("STARTTLS\r\n"), .send("OK TLS\r\n"), .startTLS(identity),
            .expect("ping\r\n"), .sendSlowly("pong\r\n", pause: .milliseconds(2)), .close,
        ])
        let client = try client(trusting: authority)
        try await client.connect(.startTLS("localhost", port: server.port))
        #expect(try await client.receive() == .line("hello"))
        try await client.send(.startTLS)
        #expect(try await client.receive() == .tlsIsUp)
        #expect(await client.tlsInformation?.version == "TLSv1.2")
        try await client.send(.line("ping"))
        #expect(try await client.receive() == .line("pong"))
        await #expect(throws: LineEngine.Failure(what: "the stream ended")) { try await client.receive() }
        try await server.finish()
        #expect(client.loop.holdings.descriptors == 0)
    }

    @Test func `a stream cut off without TLS's end mark is truncated`() async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(
            tls: authority.issue(), script: [.send("hello\r\nhalf a li"), .reset])
        let client = try client(trusting: authority)
        try await client.connect(.tls("localhost", port: server.port))
        _ = try? await client.receive()
        let failure = await #expect(throws: LineEngine.Failure.self) { _ = try await client.receive() }
        #expect([.truncated, .connectionReset].contains(failure?.kind))
        #expect(client.loop.holdings.descriptors == 0)
    }

    @Test func `nothing is verified only where that was asked for by name`() async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(
            tls: authority.issue(.selfSigned), script: [.send("hello\r\n"), .ignoreRest])
        var configuration = TransportConfiguration()
        configuration.tls.verification = .insecureNone
        let client = LineClient(loop: try EventLoop(), configuration: configuration)
        try await client.connect(.tls("localhost", port: server.port))
        #expect(try await client.receive() == .line("hello"))
        #expect(await client.tlsInformation?.isVerified == false)
        await client.close()
    }

    @Test func `the system's trust store is the default and does not know a test's authority`() async throws {
        let server = try ScriptedServer.start(tls: TestCertificateAuthority().issue(), script: [.ignoreRest])
        let client = LineClient(loop: try EventLoop(), configuration: TransportConfiguration())
        let failure = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.tls("localhost", port: server.port))
        }
        #expect(failure?.kind == .certificateUntrusted)
    }
}
