import Glibc
import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// What cannot be sent any more will never be answered: nobody may be left to wait for a deadline.
@Suite(.timeLimit(.minutes(2))) struct OutputFailureTests {
    /// A peer that says a few words, and then neither reads, writes nor closes while it is held.
    private final class SilentPeer: Sendable {
        let listener: LoopbackListener
        private let isReleased: Released

        private final class Released: Sendable {
            let value = Lock(false)
        }

        init(_ words: String) throws {
            let released = Released()
            isReleased = released
            listener = try LoopbackListener { peer in
                write(words, to: peer)
                while !released.value.withLock({ $0 }) { usleep(10_000) }
            }
        }

        deinit {
            isReleased.value.withLock { $0 = true }
        }
    }

    @Test func `a reader hears of it although the server is silent`() async throws {
        let peer = try SilentPeer("hello\r\n")
        try await Connection.withConnection(to: .plaintext("127.0.0.1", port: peer.listener.port)) { connection in
            let line = try await connection.receiveLine()
            #expect(line == Array("hello".utf8))
            #expect(ClientSocket.breakWriting(to: peer.listener.port))
            try? await connection.send(Array("anybody there?\r\n".utf8))
            let error = await #expect(throws: TransportError.self) {
                _ = try await connection.receive(within: .seconds(60))
            }
            #expect(error?.kind == .connectionReset)
            #expect(error?.errorNumber == EPIPE)
        }
    }

    @Test func `the same through TLS, and the process lives`() async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(tls: authority.issue(), script: [.send("hello\r\n"), .ignoreRest])
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file(authority.path)
        try await Connection.withConnection(
            to: .tls("127.0.0.1", port: server.port), configuration: configuration
        ) { connection in
            let line = try await connection.receiveLine()
            #expect(line == Array("hello".utf8))
            #expect(ClientSocket.breakWriting(to: server.port))
            try? await connection.send(Array("anybody there?\r\n".utf8))
            await #expect(throws: TransportError.self) { _ = try await connection.receive(within: .seconds(60)) }
        }
    }

    @Test func `the server's last words are read first`() async throws {
        let peer = try SilentPeer("421 too late\r\n")
        let client = LineClient(loop: try EventLoop(), configuration: TransportConfiguration())
        try await client.connect(.plaintext("127.0.0.1", port: peer.listener.port))
        #expect(ClientSocket.breakWriting(to: peer.listener.port))
        // Looked at by nobody before the writing fails.
        usleep(20_000)
        try? await client.send(.line("hello"))
        #expect(try await client.receive() == .line("421 too late"))
        let error = await #expect(throws: LineEngine.Failure.self) {
            _ = try await client.receive(within: .seconds(60))
        }
        #expect(error?.kind == .connectionReset)
    }

    @Test func `a writer hears of it while nobody reads what came`() async throws {
        let peer = try SilentPeer(String(repeating: "x", count: 200_000))
        try await Connection.withConnection(to: .plaintext("127.0.0.1", port: peer.listener.port)) { connection in
            #expect(ClientSocket.breakWriting(to: peer.listener.port))
            await #expect(throws: TransportError.self) {
                while true { try await connection.send([UInt8](repeating: 0x61, count: 4096), within: .seconds(60)) }
            }
        }
    }
}
