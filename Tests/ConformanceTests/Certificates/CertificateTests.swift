import MailTestKit
import MailTransport
import Octets
import Testing

/// The same certificates are refused and accepted by all three clients on both ways into TLS, and a server that is refused
/// learns nothing (RFC 9525, RFC 5280 §6, RFC 7817).
@Suite(.timeLimit(.minutes(2))) struct CertificateTests {
    /// Plays one session against a server with the case's certificate: the client's error, and what the server saw.
    private func play(
        _ certificate: CertificateCase, _ way: ProtocolOverTLS, on loops: EventLoopGroup
    ) async throws -> (ProtocolOverTLS.Failure?, ScriptedConversation) {
        let world = try CertificateWorld.get()
        let identity = try certificate.identity(world)
        let isAccepted = certificate.refusal == nil
        let script = way.opening(identity) + (isAccepted ? way.session : [.ignoreRest])
        let server = try ScriptedServer.start(within: .seconds(30), script: script)
        let trusted = try certificate.trusted(world)
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.tls.roots = .file(trusted.path)
        let isLoopback = ["localhost", "127.0.0.1"].contains(certificate.host)
        if !isLoopback { transport.tls.serverName = certificate.host }
        try certificate.demand(&transport.tls, world, identity)
        let host = isLoopback ? certificate.host : "127.0.0.1"
        let failure = await way.run(host: host, port: server.port, transport)
        let conversation = await server.conversations()[0]
        withExtendedLifetime(trusted) {}
        return (failure, conversation)
    }

    @Test(arguments: ProtocolOverTLS.all) func `what is wrong is refused by name, and nothing is shown to the server`(
        way: ProtocolOverTLS
    ) async throws {
        let loops = try EventLoopGroup(count: 1)
        #expect(CertificateCase.all.count { $0.refusal != nil } >= 20)
        for certificate in CertificateCase.all where certificate.refusal != nil {
            let (failure, conversation) = try await play(certificate, way, on: loops)
            let comment = Comment(rawValue: "\(certificate.name): \(failure?.story ?? "accepted")")
            #expect(failure?.kind == certificate.refusal, comment)
            #expect(conversation.handshake?.isComplete == false, comment)
            #expect(conversation.secured.isEmpty, comment)
            #expect(String(decoding: conversation.plaintext, as: UTF8.self) == way.plaintext, comment)
            #expect(failure?.story.contains("Xq7") != true, comment)
        }
        #expect(loops.next.holdings.descriptors == 0)
        #expect(loops.next.holdings.timers == 0)
    }

    @Test(arguments: ProtocolOverTLS.all) func `what is right is accepted, and the session comes to its end`(
        way: ProtocolOverTLS
    ) async throws {
        let loops = try EventLoopGroup(count: 1)
        #expect(CertificateCase.all.count { $0.refusal == nil } >= 6)
        for certificate in CertificateCase.all where certificate.refusal == nil {
            let (failure, conversation) = try await play(certificate, way, on: loops)
            let comment = Comment(rawValue: "\(certificate.name): \(failure?.story ?? "")")
            #expect(failure == nil, comment)
            #expect(conversation.failure == nil, comment)
            #expect(conversation.end == .orderly, comment)
            #expect(String(decoding: conversation.plaintext, as: UTF8.self) == way.plaintext, comment)
        }
        #expect(loops.next.holdings.descriptors == 0)
    }
}
