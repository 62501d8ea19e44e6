import Glibc
import Octets
import Synchronization
import Testing

@testable import MailTransport

/// What plaintext around an upgrade and a handshake that does not come about lead to (RFC 3207 §6, RFC 8314 §4.1).
@Suite(.timeLimit(.minutes(1))) struct UpgradeTests {
    private func upgrade(
        handshakeTimeout: Duration = .seconds(5), _ serve: @escaping @Sendable (Int32) -> Void
    ) async throws -> (failure: LineEngine.Failure?, client: LineClient) {
        let server = try LoopbackListener { peer in
            readUntil("STARTTLS\r\n", from: peer)
            serve(peer)
        }
        var configuration = TransportConfiguration()
        configuration.tls.verification = .insecureNone
        configuration.handshakeTimeout = handshakeTimeout
        let client = LineClient(loop: try EventLoop(), configuration: configuration)
        try await client.connect(.startTLS("127.0.0.1", port: server.port))
        try await client.send(.startTLS)
        let failure = await #expect(throws: LineEngine.Failure.self) {
            _ = try await client.receive(within: .seconds(20))
        }
        await client.close()
        #expect(client.loop.holdings.descriptors == 0)
        #expect(client.loop.holdings.timers == 0)
        return (failure, client)
    }

    /// All that the client sent behind STARTTLS must be nothing, or the beginning of a TLS handshake.
    private func expectNoPlaintext(from peer: Int32) {
        let sent = readUntil("never", from: peer)
        #expect(sent.isEmpty || sent.utf8.first == 22)
    }

    @Test(arguments: ["OK TLS\r\n* injected\r\n", "OK TLS\r\n*", "OK TLS\r\n" + String(repeating: "x", count: 65536)])
    func `octets in the same write as the server's OK fail the connection by name`(answer: String) async throws {
        let (failure, _) = try await upgrade { peer in
            write(answer, to: peer)
            expectNoPlaintext(from: peer)
        }
        #expect(failure?.kind == .plaintextAfterStartTLS)
    }

    @Test(arguments: ["* injected\r\n", "*", "\u{0}"])
    func `octets in a later write fail the connection by name`(injected: String) async throws {
        let (failure, _) = try await upgrade { peer in
            write("OK TLS\r\n", to: peer)
            usleep(50_000)
            write(injected, to: peer)
            expectNoPlaintext(from: peer)
        }
        #expect(failure?.kind == .plaintextAfterStartTLS)
    }

    @Test func `a handshake that never answers ends at its deadline`() async throws {
        let (failure, _) = try await upgrade(handshakeTimeout: .milliseconds(100)) { peer in
            write("OK TLS\r\n", to: peer)
            readUntil("never", from: peer)
        }
        #expect(failure?.kind == .timedOut)
    }

    @Test func `a handshake that trickles ends at its deadline`() async throws {
        let (failure, _) = try await upgrade(handshakeTimeout: .milliseconds(300)) { peer in
            write("OK TLS\r\n", to: peer)
            for octet in ["\u{16}", "\u{3}", "\u{3}", "\u{0}", "\u{60}", "\u{2}", "\u{0}", "\u{0}", "\u{5C}"] {
                usleep(60_000)
                write(octet, to: peer)
            }
            readUntil("never", from: peer)
        }
        #expect(failure?.kind == .timedOut)
    }

    @Test func `a server that closes instead of handshaking says so`() async throws {
        let (failure, _) = try await upgrade { peer in write("OK TLS\r\n", to: peer) }
        #expect([.closed, .truncated, .connectionReset].contains(failure?.kind))
    }

    @Test func `what is left to send stands before the handshake, and does not keep it from beginning`() async throws {
        let count = 8 << 20
        let firstBehind = Atomic<Int>(-1)
        let server = try LoopbackListener { peer in
            var left = count + "STARTTLS\r\n".utf8.count
            var buffer = [UInt8](repeating: 0, count: 65536)
            // Holds: as below.
            left -= unsafe recv(peer, &buffer, 1, 0)
            write("OK TLS\r\n", to: peer)
            usleep(200_000)
            while left > 0 {
                // Holds: the buffer is as long as is said, and no more than that is asked for.
                let read = unsafe recv(peer, &buffer, min(buffer.count, left), 0)
                guard read > 0 else { return }
                left -= read
            }
            // Holds: as above.
            if unsafe recv(peer, &buffer, 1, 0) == 1 { firstBehind.store(Int(buffer[0]), ordering: .relaxed) }
        }
        var configuration = TransportConfiguration()
        configuration.tls.verification = .insecureNone
        let client = LineClient(loop: try EventLoop(), configuration: configuration)
        try await client.connect(.startTLS("127.0.0.1", port: server.port))
        try await client.send([.octets(count), .startTLS])
        await #expect(throws: LineEngine.Failure.self) { _ = try await client.receive(within: .seconds(20)) }
        await client.close()
        // The type of a TLS handshake record (RFC 8446 §5.1).
        let type = firstBehind.load(ordering: .relaxed)
        #expect(type == 22)
    }

    @Test func `a port that does not speak TLS is told apart`() async throws {
        let server = try LoopbackListener { peer in
            write("220 mail.example.com ESMTP\r\n", to: peer)
            readUntil("never", from: peer)
        }
        let client = LineClient(loop: try EventLoop(), configuration: TransportConfiguration())
        let failure = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.tls("127.0.0.1", port: server.port))
        }
        #expect(failure?.kind == .plaintextInsteadOfTLS)
        #expect(client.loop.holdings.descriptors == 0)
    }

    @Test func `a trust store that cannot be read is an error before anything is sent`() async throws {
        let server = try LoopbackListener { peer in readUntil("never", from: peer) }
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file("/nonexistent/ca.pem")
        let client = LineClient(loop: try EventLoop(), configuration: configuration)
        let failure = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.tls("127.0.0.1", port: server.port))
        }
        #expect(failure?.kind == .trustStoreUnreadable)
        #expect(failure?.what.contains("/nonexistent/ca.pem") == true)
    }
}
