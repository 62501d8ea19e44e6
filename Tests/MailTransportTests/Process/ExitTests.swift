import Glibc
import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// `exit` runs OpenSSL's own clean-up while loops may be inside it. `Scripts/torture exits` does this a hundred times.
@Suite(.timeLimit(.minutes(2))) struct ExitTests {
    // Holds: nobody changes the environment of a test process.
    static let isUnderAddressSanitizer = unsafe getenv("ASAN_OPTIONS") != nil

    /// LeakSanitizer would look for what such a process had no time to give back.
    @Test(.disabled(if: isUnderAddressSanitizer)) func `a process that ends during traffic ends with the code it says`()
        async
    {
        await #expect(processExitsWith: .exitCode(7)) {
            try await Traffic.begin()
            exit(7)
        }
    }
}

/// Connections that echo through TLS as fast as they can.
enum Traffic {
    /// Returns when every connection has moved something, and they go on.
    static func begin() async throws {
        let authority = try TestCertificateAuthority()
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file(authority.path)
        let wanted = configuration
        var servers: [ScriptedServer] = []
        for _ in 0..<4 {
            let text = String(repeating: "x", count: 1 << 20) + "\r\n"
            let script = [ScriptStep](repeating: .send(text, mayBeCutShort: true), count: 1000)
            let server = try ScriptedServer.start(tls: authority.issue(), script: script)
            servers.append(server)
            let connection = try await Connection.connect(
                to: .tls("127.0.0.1", port: server.port), configuration: wanted)
            _ = try await connection.receive()
            Task { while try await connection.receive(within: nil, { $0.count }) != nil {} }
        }
    }
}
