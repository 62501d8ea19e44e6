import MailTestKit
import Testing

@Suite("A scripted server", .timeLimit(.minutes(1)))
struct ScriptedServerTests {
    private static let limit = Duration.milliseconds(300)

    /// Plays `script` while `client` does its part, and gives the failure of the server.
    private func failure(
        _ script: [ScriptStep], _ client: (RawClient) -> Void
    ) async throws -> ScriptFailure? {
        let server = try ScriptedServer.start(within: Self.limit, script: script)
        do {
            let raw = try RawClient(port: server.port)
            client(raw)
        }
        return await server.conversations()[0].failure
    }

    @Test("a conversation as it should be")
    func plays() async throws {
        let server = try ScriptedServer.start(script: [
            .send("+OK\r\n"), .expect("USER fred\r\n"), .send("+O"), .sendSlowly("K\r\n", pause: .milliseconds(1)),
            .expect("QUI"), .expect("T\r\n"), .close,
        ])
        do {
            let client = try RawClient(port: server.port)
            #expect(client.read() == "+OK\r\n")
            client.send("USER ")
            client.send("fred\r\n")
            #expect(client.read() == "+OK\r\n")
            client.send("QUIT\r\n")
            #expect(client.read() == "")
        }
        let conversation = try await server.finish()[0]
        #expect(String(decoding: conversation.plaintext, as: UTF8.self) == "USER fred\r\nQUIT\r\n")
        #expect(conversation.secured.isEmpty)
        #expect(conversation.end == .orderly)
    }

    @Test("several connections, each with its script")
    func several() async throws {
        let server = try ScriptedServer.start(scripts: [[.send("1\r\n")], [.send("2\r\n")], [.send("3\r\n")]])
        do {
            let clients = try (0..<3).map { _ in try RawClient(port: server.port) }
            #expect(clients.map { $0.read() } == ["1\r\n", "2\r\n", "3\r\n"])
        }
        #expect(try await server.finish().count == 3)
    }

    @Test("wrong octets are told with both")
    func wrongOctets() async throws {
        let failure = try await failure([.send("+OK\r\n"), .expect("USER fred\r\n")]) { client in
            client.send("USER wilma\r\n")
            _ = client.read(until: "never")
        }
        #expect(
            failure?.description
                == "connection 1, step 2: the client sent something else at octet 5: expected \"USER fred\\r\\n\", got \"USER wilma\\r\\n\""
        )
    }

    @Test("octets before their turn are out of turn")
    func earlyOctets() async throws {
        let failure = try await failure([.expect("A\r\n"), .send("+OK\r\n"), .expect("B\r\n")]) { client in
            client.send("A\r\nB\r\n")
            _ = client.read(until: "never")
        }
        #expect(
            failure?.description
                == "connection 1, step 2: the client sent \"B\\r\\n\" out of turn before the server sends")
    }

    @Test("octets behind the script are out of turn, and with ignoreRest are not")
    func behindTheEnd() async throws {
        let late: (RawClient) -> Void = { client in
            client.send("A\r\nB\r\n")
            client.endWriting()
            _ = client.read(until: "never")
        }
        let strict = try await failure([.expect("A\r\n")], late)
        #expect(strict?.description == "connection 1: the client sent \"B\\r\\n\" out of turn before the end")
        #expect(try await failure([.expect("A\r\n"), .ignoreRest], late) == nil)
    }

    @Test("octets that do not come are told with what came")
    func missingOctets() async throws {
        let missing = try await failure([.expect("A\r\n")]) { client in
            client.send("A")
            _ = client.read(until: "never")
        }
        #expect(
            missing?.description
                == "connection 1, step 1: nothing came in time for an expected line: expected \"A\\r\\n\", got \"A\"")
        let closed = try await failure([.expect("A\r\n")]) { $0.send("A") }
        #expect(closed?.description == "connection 1, step 1: the client closed: expected \"A\\r\\n\", got \"A\"")
    }

    @Test("a silence is broken by an octet and by closing")
    func silence() async throws {
        let silence: [ScriptStep] = [.expect("A"), .expectSilence(for: .milliseconds(30)), .send("+OK\r\n")]
        let kept = try await failure(silence) { client in
            client.send("A")
            #expect(client.read() == "+OK\r\n")
        }
        #expect(kept == nil)
        let broken = try await failure(silence) { client in
            client.send("A")
            client.send("B")
            _ = client.read(until: "never")
        }
        #expect(broken?.description.contains("\"B\" out of turn before a silence") == true)
        let closed = try await failure(silence) { $0.send("A") }
        #expect(closed?.description == "connection 1, step 2: the client closed during a silence")
    }

    @Test("a client that does not close is told")
    func doesNotClose() async throws {
        let failure = try await failure([.send("+OK\r\n")]) { client in
            #expect(client.read() == "+OK\r\n")
            _ = client.read(until: "never")
        }
        #expect(failure?.description == "connection 1: nothing came in time though the client should close")
    }

    @Test("a connection that is never made is told")
    func noConnection() async throws {
        let server = try ScriptedServer.start(scripts: [[.ignoreRest], [.ignoreRest]])
        do { _ = try RawClient(port: server.port) }
        let failure = await #expect(throws: ScriptFailure.self) { try await server.finish() }
        #expect(failure?.description == "only 1 of 2 connections were made")
    }

    @Test("a reset is a reset")
    func reset() async throws {
        let server = try ScriptedServer.start(script: [.send("+OK\r\n"), .expect("A\r\n"), .reset])
        let client = try RawClient(port: server.port)
        #expect(client.read() == "+OK\r\n")
        client.send("A\r\n")
        #expect(client.isReset())
        try await server.finish()
    }

    @Test("a stall ends when the client gives up")
    func stall() async throws {
        let server = try ScriptedServer.start(script: [.send("+O"), .stall])
        do {
            let client = try RawClient(port: server.port)
            #expect(client.read(until: "+O") == "+O")
        }
        #expect(try await server.finish()[0].end == .orderly)
    }

    @Test("what a client may leave unread is sent as far as it goes")
    func cutShort() async throws {
        let endless = String(repeating: "x", count: 32 << 20)
        let server = try ScriptedServer.start(scripts: [[.send(endless, mayBeCutShort: true)], [.send(endless)]])
        for _ in 0..<2 {
            let client = try RawClient(port: server.port)
            _ = client.read(until: "x")
        }
        let conversations = await server.conversations()
        #expect(conversations[0].failure == nil)
        #expect(conversations[1].failure?.message.contains("closed while it was sent to") == true)
    }

    @Test("a server that is let go stops waiting")
    func letGo() async throws {
        let began = ContinuousClock.now
        var server: ScriptedServer? = try ScriptedServer.start(within: .seconds(60), script: [.expect("A")])
        let client = try RawClient(port: try #require(server?.port))
        server = nil
        #expect(client.read() == "")
        #expect(ContinuousClock.now - began < .seconds(40))
    }

    @Test("plaintext where a handshake should begin is told and kept")
    func plaintextForTLS() async throws {
        let identity = try TestCertificateAuthority().issue()
        let server = try ScriptedServer.start(within: Self.limit, script: [.expect("STLS\r\n"), .startTLS(identity)])
        do {
            let client = try RawClient(port: server.port)
            client.send("STLS\r\n")
            client.send("USER fred\r\n")
            _ = client.read(until: "never")
        }
        let conversation = await server.conversations()[0]
        #expect(String(decoding: conversation.plaintext, as: UTF8.self) == "STLS\r\nUSER fred\r\n")
        #expect(conversation.failure != nil)
    }
}
