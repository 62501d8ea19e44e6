import Glibc
import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// Descriptors belong to the whole process, so each of these has one of its own.
@Suite(.timeLimit(.minutes(2))) struct DescriptorTests {
    @Test func `without descriptors connecting fails by type, the loop rests, and all is well when they are back`()
        async
    {
        await #expect(processExitsWith: .success) { try await DescriptorTests.exhaust() }
    }

    private static func exhaust() async throws {
        let server = try LoopbackListener(connections: 2) { peer in
            write("hello\r\n", to: peer)
            readUntil("never", from: peer)
        }
        var configuration = TransportConfiguration()
        configuration.loops = try EventLoopGroup(count: 1)
        let endpoint = Endpoint.plaintext("127.0.0.1", port: server.port)
        let open = try await Connection.connect(to: endpoint, configuration: configuration)
        #expect(try await open.receiveLine() == Array("hello".utf8))

        let taken = Descriptors.takeAll()
        for host in ["127.0.0.1", "localhost"] {
            let error = await #expect(throws: TransportError.self) {
                _ = try await Connection.connect(
                    to: .plaintext(host, port: server.port), configuration: configuration)
            }
            #expect(error?.kind == .descriptorsExhausted, "\(host): \(error?.description ?? "")")
        }
        let groupError = #expect(throws: TransportError.self) { _ = try EventLoopGroup(count: 2) }
        #expect(groupError?.kind == .descriptorsExhausted)

        // Of a second of waiting, with a connection open and none to be had, less than 50 ms are spent computing.
        let spent = Descriptors.processorTime
        // Not by the clock of Swift's executor, which needs descriptors of its own.
        usleep(1_000_000)
        #expect(Descriptors.processorTime - spent < .milliseconds(50))

        for descriptor in taken { close(descriptor) }
        await open.close()
        try await Connection.withConnection(to: endpoint, configuration: configuration) { connection in
            let line = try await connection.receiveLine()
            #expect(line == Array("hello".utf8))
        }
        _ = try EventLoopGroup(count: 2)
    }

    @Test func `a loop that cannot be made leaves nothing open`() async {
        await #expect(processExitsWith: .success) { DescriptorTests.makeLoopsInVain() }
    }

    private static func makeLoopsInVain() {
        let before = Descriptors.open
        // Two descriptors a loop: with none, one, two or three the second of two loops is never made.
        for spare in 0..<4 {
            let taken = Descriptors.takeAll()
            for descriptor in taken.prefix(spare) { close(descriptor) }
            #expect(throws: TransportError.self) { _ = try EventLoopGroup(count: 2) }
            for descriptor in taken.dropFirst(spare) { close(descriptor) }
            // A loop that was made and is not wanted ends by itself.
            var left: [String] = []
            for _ in 0..<2000 {
                left = Descriptors.open.filter { !before.contains($0) }
                if left.isEmpty { break }
                usleep(10_000)
            }
            #expect(left == [], "with \(spare) spare")
        }
    }

    @Test func `a child process inherits none of ours`() async {
        await #expect(processExitsWith: .success) { try await DescriptorTests.inherit() }
    }

    private static func inherit() async throws {
        // Whoever started this process may have left it some.
        let given = Descriptors.open
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(tls: authority.issue(), script: [.send("hello\r\n"), .ignoreRest])
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file(authority.path)
        try await Connection.withConnection(
            to: .tls("127.0.0.1", port: server.port), configuration: configuration
        ) { connection in
            let line = try await connection.receiveLine()
            #expect(line == Array("hello".utf8))
            let own = Descriptors.open.filter { !given.contains($0) }
            #expect(own.count >= 3)
            let inherited = Descriptors.openInChild()
            #expect(!inherited.isEmpty)
            #expect(inherited.filter { own.contains($0) } == [], "of \(own)")
        }
    }
}
