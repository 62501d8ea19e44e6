import Glibc
import MailTestKit
import Testing

@testable import MailTransport

@Suite(.timeLimit(.minutes(2))) struct SocketChannelTests {
    @Test func `a reset behind octets is told as a reset, through TLS too`() async throws {
        let authority = try TestCertificateAuthority()
        let octets = [UInt8](repeating: 0x61, count: 100_000)
        let server = try ScriptedServer.start(
            tls: authority.issue(), script: [.send(octets), .expect("all"), .reset])
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file(authority.path)
        try await Connection.withConnection(
            to: .tls("127.0.0.1", port: server.port), configuration: configuration
        ) { connection in
            // More is there than a connection takes by itself: the reset comes to stand behind what is not read.
            try await connection.send(Array("all".utf8))
            try await server.finish()
            var received = 0
            let error = await #expect(throws: TransportError.self) {
                while true { received += try await connection.receive(within: .seconds(60)).count }
            }
            #expect(received == octets.count)
            #expect(error?.kind == .connectionReset)
        }
    }
}
