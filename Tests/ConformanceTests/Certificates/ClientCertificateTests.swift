import MailTestKit
import MailTransport
import Octets
import Testing

/// A client shows its certificate where the server asks for it and one is configured, and knows why a server will not have it
/// without (RFC 8446 §4.4.2, §6.2).
@Suite(.timeLimit(.minutes(1))) struct ClientCertificateTests {
    /// Plays a session with a server that wants to see client certificates.
    private func play(
        _ way: ProtocolOverTLS, _ version: ServerIdentity.Version,
        _ wanted: ServerTLSSettings.ClientCertificate, shown identity: ClientIdentity?, isRefused: Bool = false,
        _ body: @Sendable (AnyMailClient) async throws -> Void = { _ in }
    ) async throws -> (ProtocolOverTLS.Failure?, ScriptedConversation) {
        let world = try CertificateWorld.get()
        let loops = try EventLoopGroup(count: 1)
        let served = try world.root.issue(versions: version...version).serving { $0.clientCertificate = wanted }
        let server = try ScriptedServer.start(
            within: .seconds(30), script: way.opening(served) + (isRefused ? [.ignoreRest] : way.session))
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.tls.roots = .file(world.root.path)
        transport.tls.identity = identity
        let failure = await way.run(port: server.port, transport, body)
        let conversation = await server.conversations()[0]
        #expect(loops.next.holdings.descriptors == 0)
        return (failure, conversation)
    }

    @Test(arguments: ProtocolOverTLS.all, [ServerIdentity.Version.tls12, .tls13])
    func `it is shown where it is asked for, in whatever form it is kept`(
        way: ProtocolOverTLS, version: ServerIdentity.Version
    ) async throws {
        let world = try CertificateWorld.get()
        let certificate = try world.between.issueCertificate(.client("fred"))
        let chain = Array(certificate.chainPEM.utf8)
        let password = Secret("Xq7-key")
        let forms: [ClientIdentity] = [
            .pem(certificates: chain, key: Secret(certificate.privateKeyPEM)),
            .pem(
                certificates: chain, key: Secret(try certificate.encryptedPrivateKeyPEM(password: "Xq7-key")),
                password: password),
            .pkcs12(try certificate.pkcs12(password: "Xq7-key"), password: password),
        ]
        for form in forms {
            let (failure, conversation) = try await play(
                way, version, .demanded(world.root), shown: form
            ) { client in
                #expect(await client.tlsInformation?.clientCertificateRequested == true)
            }
            #expect(failure == nil, "\(form): \(failure?.story ?? "")")
            #expect(conversation.handshake?.clientCertificatePEM == certificate.pem)
        }
    }

    @Test(arguments: ProtocolOverTLS.all, [ServerIdentity.Version.tls12, .tls13])
    func `a server that would like one goes without, and one that does not ask sees none`(
        way: ProtocolOverTLS, version: ServerIdentity.Version
    ) async throws {
        let root = try CertificateWorld.get().root
        let (without, asked) = try await play(way, version, .asked(root), shown: nil)
        #expect(without == nil, "\(without?.story ?? "")")
        #expect(asked.handshake?.clientCertificatePEM == nil)
        let certificate = try root.issueCertificate(.client("fred"))
        let identity = ClientIdentity.pem(
            certificates: Array(certificate.pem.utf8), key: Secret(certificate.privateKeyPEM))
        let (with, notAsked) = try await play(way, version, .notAsked, shown: identity)
        #expect(with == nil, "\(with?.story ?? "")")
        #expect(notAsked.handshake?.clientCertificatePEM == nil)
    }

    @Test(arguments: ProtocolOverTLS.all, [ServerIdentity.Version.tls12, .tls13])
    func `a server that must have one refuses by name, and gets nothing`(
        way: ProtocolOverTLS, version: ServerIdentity.Version
    ) async throws {
        let world = try CertificateWorld.get()
        let (without, conversation) = try await play(
            way, version, .demanded(world.root), shown: nil, isRefused: true)
        #expect(without?.kind == "clientCertificateRequired", "\(without?.story ?? "accepted")")
        #expect(conversation.secured.isEmpty)
        let stranger = try world.stranger.issueCertificate(.client("fred"))
        let identity = ClientIdentity.pem(
            certificates: Array(stranger.pem.utf8), key: Secret(stranger.privateKeyPEM))
        let (wrong, refused) = try await play(
            way, version, .demanded(world.root), shown: identity, isRefused: true)
        #expect(wrong?.kind == "handshakeRefused", "\(wrong?.story ?? "accepted")")
        #expect(refused.secured.isEmpty)
    }
}
