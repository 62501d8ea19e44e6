import MailTestKit
import Testing

@testable import MailTransport

/// How connections under TLS end, and what servers try meanwhile.
@Suite(.timeLimit(.minutes(1))) struct TLSEndingTests {
    private func connect(
        _ identity: ServerIdentity, _ authority: TestCertificateAuthority, _ script: [ScriptStep]
    ) async throws -> (connection: Connection, server: ScriptedServer) {
        let server = try ScriptedServer.start(tls: identity, within: .seconds(30), script: script)
        var transport = TransportConfiguration()
        transport.tls.roots = .memory(Array(authority.pem.utf8))
        let connection = try await Connection.connect(
            to: .tls("localhost", port: server.port), configuration: transport)
        return (connection, server)
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `an end without TLS's mark is truncated, one with it is not`(version: ServerIdentity.Version) async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(versions: version...version)
        let (cut, _) = try await connect(identity, authority, [.send("hello\r\nhalf"), .truncate])
        #expect(try await cut.receiveLine(within: .seconds(30)) == Array("hello".utf8))
        let error = await #expect(throws: TransportError.self) { try await cut.receiveLine(within: .seconds(30)) }
        #expect(error?.kind == .truncated)
        let (whole, _) = try await connect(identity, authority, [.send("hello\r\n"), .close])
        #expect(try await whole.receiveLine(within: .seconds(30)) == Array("hello".utf8))
        #expect(try await whole.receiveLine(within: .seconds(30)) == nil)
    }

    @Test func `new keys in the middle of a stream are nobody's concern`() async throws {
        let authority = try TestCertificateAuthority()
        let rounds: [ScriptStep] = (0..<20).flatMap { _ in
            [ScriptStep.updateKeys, .send("a line\r\n"), .expect("an answer\r\n")]
        }
        let (connection, server) = try await connect(
            authority.issue(versions: .tls13 ... .tls13), authority, rounds + [.ignoreRest])
        for _ in 0..<20 {
            #expect(try await connection.receiveLine(within: .seconds(30)) == Array("a line".utf8))
            try await connection.send(Array("an answer\r\n".utf8))
        }
        await connection.close()
        #expect(await server.conversations()[0].failure == nil)
    }

    @Test func `a server that wants to negotiate anew is refused, and the connection goes on until it gives up`()
        async throws
    {
        let authority = try TestCertificateAuthority()
        let (connection, server) = try await connect(
            authority.issue(versions: .tls12 ... .tls12), authority, [.send("hello\r\n"), .renegotiate, .ignoreRest])
        #expect(try await connection.receiveLine(within: .seconds(30)) == Array("hello".utf8))
        // OpenSSL's server takes no for the end.
        _ = try? await connection.receiveLine(within: .seconds(30))
        await connection.close()
        let handshake = await server.conversations()[0].handshake
        #expect(handshake?.renegotiation == .refused)
        #expect(handshake?.alerts.contains(100) == true)
    }

    struct Beneath: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let octets: [UInt8]
        var kind = TransportError.Kind.tlsFailed
    }

    static let beneath = [
        Beneath(testDescription: "zeros", octets: [UInt8](repeating: 0, count: 100)),
        Beneath(testDescription: "plaintext", octets: Array("* BYE plaintext\r\n".utf8)),
        Beneath(testDescription: "a record that is too long", octets: [23, 3, 3, 0xFF, 0xFF]),
        Beneath(testDescription: "a record of nobody's", octets: [23, 3, 3, 0, 17] + [UInt8](repeating: 1, count: 17)),
        Beneath(testDescription: "an alert in plaintext", octets: [21, 3, 3, 0, 2, 2, 40]),
        Beneath(testDescription: "a handshake in plaintext", octets: [22, 3, 3, 0, 4, 0, 0, 0, 0]),
        Beneath(testDescription: "the end mark in plaintext", octets: [21, 3, 3, 0, 2, 1, 0]),
    ]

    @Test(arguments: beneath, [ServerIdentity.Version.tls12, .tls13])
    func `octets beneath TLS end the connection, none of them is data, and what came before is`(
        fault: Beneath, version: ServerIdentity.Version
    ) async throws {
        let authority = try TestCertificateAuthority()
        // The line and the fault in one segment, so that both are met in one turn.
        let (connection, _) = try await connect(
            authority.issue(versions: version...version), authority,
            [.send("hello\r\nhal"), .sendBeneathTLS(fault.octets), .ignoreRest])
        #expect(try await connection.receiveLine(within: .seconds(30)) == Array("hello".utf8))
        let error = await #expect(throws: TransportError.self) {
            try await connection.receiveLine(within: .seconds(30))
        }
        #expect(error?.kind == fault.kind, "\(error?.description ?? "")")
    }
}
