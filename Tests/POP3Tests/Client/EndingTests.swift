import MailTestKit
import MailTransport
import Octets
import SASL
import Testing

@testable import POP3

/// However a connection ends, every call ends by type, and nothing is left behind.
@Suite(.timeLimit(.minutes(2))) struct EndingTests {
    /// A whole conversation: what the client says, and what the server says to it.
    static let conversation = [
        ("", "+OK ready\r\n"), ("CAPA\r\n", "+OK\r\nPIPELINING\r\nUSER\r\n.\r\n"), ("USER fred\r\n", "+OK\r\n"),
        ("PASS hunter2\r\n", "+OK\r\n"),
        ("LIST\r\n", "+OK\r\n1 9\r\n2 9\r\n.\r\n"), ("RETR 1\r\nRETR 2\r\n", "+OK\r\n..\r\n.\r\n+OK\r\nb\r\n.\r\n"),
        ("DELE 1\r\n", "+OK\r\n"),
        ("QUIT\r\n", "+OK\r\n"),
    ]

    static var length: Int { conversation.reduce(0) { $0 + $1.1.utf8.count } }

    private func script(upTo length: Int) -> [ScriptStep] {
        var left = length
        var script: [ScriptStep] = []
        for (said, answered) in Self.conversation {
            if !said.isEmpty { script.append(.expect(said)) }
            let octets = Array(answered.utf8.prefix(left))
            left -= octets.count
            if !octets.isEmpty { script.append(.send(octets)) }
            if octets.count < answered.utf8.count { break }
        }
        return script + [.close]
    }

    private func talk(_ endpoint: Endpoint, _ configuration: POP3Client.Configuration) async throws -> [[UInt8]] {
        try await POP3Client.withConnection(to: endpoint, configuration: configuration) { pop in
            try await pop.authenticate(.fred)
            var messages: [[UInt8]] = []
            for try await message in pop.retrieve(try await pop.list()) { messages.append(try await message.collect()) }
            try await pop.delete(1)
            return messages
        }
    }

    @Test func `a server that closes at any octet`() async throws {
        let group = try EventLoopGroup(count: 1)
        let configuration = POP3Client.Configuration.testing { $0.transport.loops = group }
        for length in 0...Self.length {
            let server = try ScriptedServer.start(script: script(upTo: length))
            do {
                let messages = try await talk(.plaintext("127.0.0.1", port: server.port), configuration)
                #expect(length == Self.length)
                #expect(messages == [Array(".\r\n".utf8), Array("b\r\n".utf8)])
            } catch let error as POP3Error {
                #expect(length < Self.length)
                #expect(!error.connectionIsUsable)
                let kinds: [POP3Error.Kind] = [.truncated, .connectionClosed, .deletionsUnconfirmed, .transport]
                #expect(kinds.contains(error.kind), "\(length): \(error)")
            }
            _ = await server.conversations()
        }
        #expect(group.next.holdings.descriptors == 0)
        #expect(group.next.holdings.timers == 0)
    }

    @Test func `a server that closes under TLS at any tenth octet`() async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue()
        let group = try EventLoopGroup(count: 1)
        let configuration = POP3Client.Configuration.testing {
            $0.transport.loops = group
            $0.transport.tls.roots = .file(authority.path)
        }
        for length in stride(from: 0, through: Self.length, by: 10) {
            let server = try ScriptedServer.start(tls: identity, script: script(upTo: length))
            let error = await #expect(throws: POP3Error.self) {
                try await talk(.tls("localhost", port: server.port), configuration)
            }
            #expect(error?.connectionIsUsable == false)
            _ = await server.conversations()
        }
        #expect(group.next.holdings.descriptors == 0)
        #expect(group.next.holdings.timers == 0)
    }

    @Test func `cancelled at any moment, it ends at once and leaves nothing`() async throws {
        let group = try EventLoopGroup(count: 1)
        let configuration = POP3Client.Configuration.testing { $0.transport.loops = group }
        for delay in stride(from: 0, through: 40, by: 2) {
            let server = try ScriptedServer.start(
                script: Self.conversation.flatMap { said, answered in
                    (said.isEmpty ? [] : [ScriptStep.expect(said)]) + [
                        .pause(.milliseconds(4)), .send(answered, mayBeCutShort: true),
                    ]
                } + [.close])
            let endpoint = Endpoint.plaintext("127.0.0.1", port: server.port)
            let task = Task { try await talk(endpoint, configuration) }
            try await Task.sleep(for: .milliseconds(delay))
            task.cancel()
            let clock = ContinuousClock()
            let began = clock.now
            _ = await task.result
            #expect(clock.now - began < .seconds(20))
            _ = await server.conversations()
        }
        #expect(group.next.holdings.descriptors == 0)
        #expect(group.next.holdings.timers == 0)
    }

    @Test func `of many tasks, half are cancelled, and each of the others gets its answer or the end`() async throws {
        let script = (0..<200).flatMap { _ in [ScriptStep.expect("NOOP\r\n"), .send("+OK\r\n")] }
        let server = try ScriptedServer.start(script: opening() + script)
        let results = try? await withClient(of: server) { pop in
            let tasks = (0..<200).map { _ in Task { try await pop.noop() } }
            for index in stride(from: 0, to: 200, by: 2) { tasks[index].cancel() }
            var results: [Result<POP3Response, any Error>] = []
            for task in tasks { results.append(await task.result) }
            return results
        }
        for result in results ?? [] {
            guard case .failure(let error) = result else { continue }
            #expect((error as? POP3Error)?.kind == .cancelled)
        }
        _ = await server.conversations()
    }
}
