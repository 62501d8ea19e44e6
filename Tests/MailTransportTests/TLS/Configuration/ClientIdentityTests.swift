import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// The client's own certificate: where it comes from, and what servers that ask for one get.
@Suite(.timeLimit(.minutes(1))) struct ClientIdentityTests {
    static let password = "Xq7-canary"

    let authority: TestCertificateAuthority
    let user: TestCertificate

    init() throws {
        authority = try TestCertificateAuthority()
        user = try authority.subordinate().issueCertificate(.client("fred"))
    }

    private func server(
        _ demand: ServerTLSSettings.ClientCertificate, _ version: ServerIdentity.Version = .tls13
    ) throws -> ServerIdentity {
        try ServerIdentity(
            authority.issueCertificate(),
            ServerTLSSettings(versions: version...version).with { $0.clientCertificate = demand })
    }

    /// The certificate that a server that demands one is shown, and what the client met.
    private func show(
        _ identity: ClientIdentity, _ version: ServerIdentity.Version = .tls13
    ) async throws -> (pem: String?, outcome: TLSTrial.Outcome) {
        let (outcome, handshake) = try await TLSTrial.run(
            server(.demanded(authority), version), trusting: authority
        ) { $0.identity = identity }
        return (handshake?.clientCertificatePEM, outcome)
    }

    private func pem(password: Secret? = nil) throws -> ClientIdentity {
        let key = try password == nil ? user.privateKeyPEM : user.encryptedPrivateKeyPEM(password: Self.password)
        return .pem(certificates: Array(user.chainPEM.utf8), key: Secret(key), password: password)
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `PEM in memory, with the authority in between`(version: ServerIdentity.Version) async throws {
        let (shown, outcome) = try await show(pem(), version)
        #expect(outcome.kind == nil, "\(outcome.error?.description ?? "")")
        #expect(shown == user.pem)
        #expect(outcome.information?.clientCertificateRequested == true)
    }

    @Test func `PEM in two files, and in one`() async throws {
        let certificates = try TestFile(user.chainPEM)
        let key = try TestFile(user.privateKeyPEM)
        #expect(try await show(.pemFiles(certificates: certificates.path, key: key.path)).pem == user.pem)
        let both = try TestFile(user.privateKeyPEM + user.chainPEM)
        #expect(try await show(.pemFiles(certificates: both.path)).pem == user.pem)
    }

    @Test func `an encrypted key`() async throws {
        #expect(try await show(pem(password: Secret(Self.password))).pem == user.pem)
    }

    @Test func `PKCS #12, in memory and in a file`() async throws {
        let octets = try user.pkcs12(password: Self.password)
        #expect(try await show(.pkcs12(octets, password: Secret(Self.password))).pem == user.pem)
        let file = try TestFile(octets)
        #expect(try await show(.pkcs12File(file.path, password: Secret(Self.password))).pem == user.pem)
    }

    @Test func `a file that has changed is read anew`() async throws {
        let later = try authority.issueCertificate(.client("george"))
        let folder = try TestFolder(["id.pem": Array((user.privateKeyPEM + user.chainPEM).utf8)])
        let path = folder.path + "/id.pem"
        #expect(try await show(.pemFiles(certificates: path)).pem == user.pem)
        try overwrite(path, with: Array((later.privateKeyPEM + later.pem).utf8))
        #expect(try await show(.pemFiles(certificates: path)).pem == later.pem)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: TransportError.Kind
        let identity: @Sendable (TestCertificate) throws -> ClientIdentity
    }

    static let faults = [
        Fault(testDescription: "no file", kind: .clientIdentityUnreadable) { _ in
            .pemFiles(certificates: "/nonexistent/id.pem")
        },
        Fault(testDescription: "no certificate", kind: .clientIdentityUnreadable) { user in
            .pem(certificates: Array("nothing".utf8), key: Secret(user.privateKeyPEM))
        },
        Fault(testDescription: "no key", kind: .clientIdentityUnreadable) { user in
            .pem(certificates: Array(user.pem.utf8), key: Secret("nothing"))
        },
        Fault(testDescription: "another's key", kind: .clientIdentityUnreadable) { user in
            let other = try TestCertificateAuthority().issueCertificate()
            return .pem(certificates: Array(user.pem.utf8), key: Secret(other.privateKeyPEM))
        },
        Fault(testDescription: "a key of another kind", kind: .clientIdentityUnreadable) { user in
            let other = try TestCertificateAuthority().issueCertificate(.loopback.with { $0.key = .ed25519 })
            return .pem(certificates: Array(user.pem.utf8), key: Secret(other.privateKeyPEM))
        },
        Fault(testDescription: "a wrong password", kind: .clientKeyPasswordWrong) { user in
            .pem(
                certificates: Array(user.pem.utf8),
                key: Secret(try user.encryptedPrivateKeyPEM(password: "right")), password: Secret(password))
        },
        Fault(testDescription: "no password", kind: .clientKeyPasswordWrong) { user in
            .pem(certificates: Array(user.pem.utf8), key: Secret(try user.encryptedPrivateKeyPEM(password: password)))
        },
        Fault(testDescription: "a password that is too long", kind: .clientKeyPasswordWrong) { user in
            .pem(
                certificates: Array(user.pem.utf8),
                key: Secret(try user.encryptedPrivateKeyPEM(password: password)),
                password: Secret(String(repeating: "a", count: 10_000)))
        },
        Fault(testDescription: "PKCS #12 with a wrong password", kind: .clientKeyPasswordWrong) { user in
            .pkcs12(try user.pkcs12(password: "right"), password: Secret(password))
        },
        Fault(testDescription: "no PKCS #12", kind: .clientIdentityUnreadable) { _ in
            .pkcs12(Array("nothing".utf8), password: Secret(password))
        },
        Fault(testDescription: "PKCS #12 cut short", kind: .clientIdentityUnreadable) { user in
            .pkcs12(Array(try user.pkcs12(password: password).dropLast(20)), password: Secret(password))
        },
        Fault(testDescription: "a weak key", kind: .clientIdentityUnreadable) { _ in
            let weak = try TestCertificateAuthority().issueCertificate(.weakKey)
            return .pem(certificates: Array(weak.pem.utf8), key: Secret(weak.privateKeyPEM))
        },
    ]

    @Test(arguments: faults) func `what cannot be used is an error before anything is sent`(fault: Fault) async throws {
        let listener = try LoopbackListener(connections: 0) { _ in }
        var transport = TransportConfiguration()
        transport.tls.identity = try fault.identity(user)
        let error = await #expect(throws: TransportError.self) {
            _ = try await Connection.connect(to: .tls("localhost", port: listener.port), configuration: transport)
        }
        #expect(error?.kind == fault.kind, "\(error?.description ?? "")")
        #expect(error?.description.contains(Self.password) == false)
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `a server that demands a certificate is named where there is none`(version: ServerIdentity.Version)
        async throws
    {
        let (outcome, _) = try await TLSTrial.run(server(.demanded(authority), version), trusting: authority)
        #expect(outcome.kind == .clientCertificateRequired, "\(outcome.error?.description ?? "")")
        #expect(outcome.error?.tls?.alert == (version == .tls13 ? .certificateRequired : .handshakeFailure))
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `a certificate that the server refuses is not called missing`(version: ServerIdentity.Version) async throws {
        let stranger = try TestCertificateAuthority().issueCertificate(.client("mallory"))
        let (_, outcome) = try await show(
            .pem(certificates: Array(stranger.pem.utf8), key: Secret(stranger.privateKeyPEM)), version)
        #expect(outcome.kind == .handshakeRefused, "\(outcome.error?.description ?? "")")
        #expect(outcome.error?.tls?.alert == .unknownAuthority)
    }

    @Test func `a server that only asks for one goes on without`() async throws {
        let (outcome, handshake) = try await TLSTrial.run(server(.asked(authority)), trusting: authority)
        #expect(outcome.kind == nil)
        #expect(outcome.information?.clientCertificateRequested == true)
        #expect(handshake?.clientCertificatePEM == nil)
    }

    @Test func `a server that does not ask is shown nothing`() async throws {
        let (outcome, handshake) = try await TLSTrial.run(server(.notAsked), trusting: authority) {
            $0.identity = try pem()
        }
        #expect(outcome.information?.clientCertificateRequested == false)
        #expect(handshake?.clientCertificatePEM == nil)
    }

    @Test func `identities are equal where all that makes them is`() throws {
        let octets = try user.pkcs12(password: "a")
        #expect(ClientIdentity.pkcs12(octets, password: Secret("a")) == .pkcs12(octets, password: Secret("a")))
        let different: [ClientIdentity] = [
            .pkcs12(octets, password: Secret("a")), .pkcs12(octets, password: Secret("b")),
            .pkcs12(octets + [0], password: Secret("a")), .pkcs12File("a", password: Secret("a")),
            .pkcs12File("b", password: Secret("a")), .pemFiles(certificates: "a"),
            .pemFiles(certificates: "a", key: "b"),
            .pemFiles(certificates: "a", password: Secret("a")), .pem(certificates: [1], key: Secret("a")),
            .pem(certificates: [1], key: Secret("b")), .pem(certificates: [2], key: Secret("a")),
            .pem(certificates: [1], key: Secret("a"), password: Secret("a")),
        ]
        #expect(Set(different).count == different.count)
        for (index, one) in different.enumerated() {
            for other in different[(index + 1)...] { #expect(one != other) }
        }
    }

    @Test func `nothing that prints an identity prints its key or password`() throws {
        var tls = TLSConfiguration()
        tls.identity = .pem(
            certificates: Array(user.pem.utf8), key: Secret(Self.password), password: Secret(Self.password))
        var dumped = ""
        dump(tls, to: &dumped)
        for text in ["\(tls)", String(reflecting: tls), dumped] {
            #expect(!text.contains("Xq7"))
            // The beginning of "Xq7-canary" in decimal octets.
            #expect(!text.contains("88, 113, 55"))
        }
    }
}
