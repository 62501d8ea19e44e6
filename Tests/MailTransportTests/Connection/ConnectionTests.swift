import Glibc
import MailTestKit
import Octets
import Testing

@testable import MailTransport

@Suite(.timeLimit(.minutes(2))) struct ConnectionTests {
    private func configuration(
        _ change: (inout TransportConfiguration) -> Void = { _ in }
    ) throws -> TransportConfiguration {
        var configuration = TransportConfiguration()
        configuration.loops = try EventLoopGroup(count: 1)
        change(&configuration)
        return configuration
    }

    private func expectNothingLeft(_ configuration: TransportConfiguration) async throws {
        let loop = try #require(configuration.loops).next
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        #expect(loop.holdings.descriptors == 0)
        #expect(loop.holdings.timers == 0)
        #expect(loop.connectionCount == 0)
    }

    @Test func `octets and lines both ways, and a clean end`() async throws {
        let server = try LoopbackListener { peer in
            write("hello\r\nbare\nrest", to: peer)
            readUntil("ping", from: peer)
            write("\r\n\r\nlast", to: peer)
        }
        let configuration = try configuration()
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration
        ) { connection in
            #expect(try await connection.receiveLine() == Array("hello".utf8))
            #expect(try await connection.receiveLine() == Array("bare".utf8))
            try await connection.send(Array("pi".utf8))
            try await connection.send(WireOctets("ng"))
            #expect(try await connection.receiveLine(within: .seconds(60)) == Array("rest".utf8))
            #expect(try await connection.receiveLine() == [])
            var rest: [UInt8] = []
            while true {
                let piece = try await connection.receive(upTo: 3, within: .seconds(60))
                guard !piece.isEmpty else { break }
                #expect(piece.count <= 3)
                rest += piece
            }
            #expect(rest == Array("last".utf8))
            #expect(try await connection.receive() == [])
            #expect(try await connection.receiveLine() == nil)
        }
        try await expectNothingLeft(configuration)
    }

    @Test func `a stream that ends within a line is told, and the octets stay`() async throws {
        let server = try LoopbackListener { peer in write("half a", to: peer) }
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration()
        ) { connection in
            let error = await #expect(throws: TransportError.self) { _ = try await connection.receiveLine() }
            #expect(error?.kind == .truncated)
            let rest = try await connection.receive()
            #expect(rest == Array("half a".utf8))
        }
    }

    @Test func `a line that arrives on the caller's way to wait for it is not missed`() async throws {
        // A task that prefers another executor changes its thread at each call, and the line comes in between.
        let rounds = 3000
        let server = try LoopbackListener { peer in
            for _ in 0..<rounds {
                write("a line\r\n", to: peer)
                readUntil("!", from: peer)
            }
        }
        let configuration = try configuration()
        let elsewhere = try EventLoopGroup(count: 1).next
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration
        ) { connection in
            try await withTaskExecutorPreference(elsewhere) {
                for _ in 0..<rounds {
                    let line = try await connection.receiveLine(within: .seconds(30))
                    guard line == Array("a line".utf8) else {
                        throw TransportError(.closed, during: "test", "\(line ?? [])")
                    }
                    try await connection.send(Array("!".utf8))
                }
            }
        }
        try await expectNothingLeft(configuration)
    }

    @Test(arguments: [9, 10, 11]) func `a line may be as long as is said`(limit: Int) async throws {
        let server = try LoopbackListener { peer in
            write("0123456789\r\n", to: peer)
            readUntil("never", from: peer)
        }
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration()
        ) { connection in
            if limit < 10 {
                let error = await #expect(throws: TransportError.self) {
                    _ = try await connection.receiveLine(upTo: limit)
                }
                #expect(error?.kind == .lineTooLong)
            }
            // It stays to be read otherwise.
            let line = try await connection.receiveLine(upTo: max(limit, 10))
            #expect(line == Array("0123456789".utf8))
        }
    }

    @Test func `a line that is longer than a buffer comes whole`() async throws {
        let length = 300_000
        let server = try LoopbackListener { peer in write(String(repeating: "x", count: length) + "\r\n", to: peer) }
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration()
        ) { connection in
            let line = try await connection.receiveLine(upTo: length)
            #expect(line?.count == length)
            let end = try await connection.receiveLine()
            #expect(end == nil)
        }
    }

    @Test func `a slow reader stops the server, and memory stays small`() async throws {
        let server = try LoopbackListener { peer in
            for _ in 0..<1024 { guard write(String(repeating: "x", count: 65_536), to: peer) else { return } }
        }
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration()
        ) { connection in
            var total = 0
            while total < 1024 * 65_536 {
                let held = await connection.heldOctets
                #expect(held <= 2 * EventLoop.bufferSize)
                let piece = try await connection.receive(upTo: 100_000, within: .seconds(60))
                guard !piece.isEmpty else { break }
                total += piece.count
            }
            #expect(total == 1024 * 65_536)
        }
    }

    @Test func `64 MiB go both ways at once with a peer that does not read before it has written`() async throws {
        let size = 64 << 20
        let server = try LoopbackListener { peer in
            for _ in 0..<1024 { guard write(String(repeating: "x", count: 65_536), to: peer) else { return } }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var read = 0
            while read < size {
                // Holds: the buffer is as long as is said.
                let count = unsafe recv(peer, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                read += count
            }
            write("all read\r\n", to: peer)
        }
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration()
        ) { connection in
            let sending = Task {
                let pieces = AsyncStream<[UInt8]> { continuation in
                    for _ in 0..<1024 { continuation.yield([UInt8](repeating: 0x79, count: 65_536)) }
                    continuation.finish()
                }
                try await connection.send(contentsOf: pieces, within: .seconds(100))
            }
            var total = 0
            while total < size {
                let used = try await connection.receive(within: .seconds(100)) { span in span.count }
                total += try #require(used)
            }
            #expect(total == size)
            #expect(try await connection.receiveLine(within: .seconds(100)) == Array("all read".utf8))
            try await sending.value
        }
    }

    @Test func `TLS from the first octet, and after an upgrade`() async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(.loopback)
        let configuration = try configuration { $0.tls.roots = .file(authority.path) }
        let first = try ScriptedServer.start(
            tls: identity, script: [.send("hello\r\n"), .expect("bye\r\n"), .send("end"), .close])
        try await Connection.withConnection(to: .tls("localhost", port: first.port), configuration: configuration) {
            connection in
            #expect(try await connection.receiveLine() == Array("hello".utf8))
            #expect(await connection.tlsInformation?.version == "TLSv1.3")
            try await connection.send(WireOctets("bye\r\n"))
            #expect(try await connection.receive() == Array("end".utf8))
            #expect(try await connection.receive() == [])
        }
        try await first.finish()
        let second = try ScriptedServer.start(script: [
            .send("hello\r\n"), .expect("STARTTLS\r\n"), .send("go\r\n"), .startTLS(identity), .expect("secret\r\n"),
            .send("ok\r\n"), .ignoreRest,
        ])
        try await Connection.withConnection(
            to: .startTLS("localhost", port: second.port), configuration: configuration
        ) { connection in
            #expect(try await connection.receiveLine() == Array("hello".utf8))
            #expect(await connection.tlsInformation == nil)
            try await connection.send(WireOctets("STARTTLS\r\n"))
            #expect(try await connection.receiveLine() == Array("go".utf8))
            try await connection.startTLS()
            #expect(await connection.tlsInformation != nil)
            try await connection.send(WireOctets("secret\r\n"))
            #expect(try await connection.receiveLine() == Array("ok".utf8))
        }
        withExtendedLifetime(authority) {}
        try await expectNothingLeft(configuration)
    }

    @Test func `plaintext behind the server's consent is never taken for TLS`() async throws {
        let server = try LoopbackListener { peer in
            write("go\r\ninjected\r\n", to: peer)
            #expect(readUntil("never", from: peer) == "")
        }
        let configuration = try configuration { $0.tls.verification = .insecureNone }
        try await Connection.withConnection(
            to: .startTLS("localhost", port: server.port), configuration: configuration
        ) { connection in
            let answer = try await connection.receiveLine()
            #expect(answer == Array("go".utf8))
            // The injected line may still be under way: it is refused wherever it is met.
            let error = await #expect(throws: TransportError.self) { try await connection.startTLS() }
            #expect(error?.kind == .plaintextAfterStartTLS)
            let late = await #expect(throws: TransportError.self) {
                try await connection.send(Array("x".utf8))
            }
            #expect(late?.kind == .plaintextAfterStartTLS)
        }
        try await expectNothingLeft(configuration)
    }

    @Test func `the connection is closed however the body is left`() async throws {
        struct Mine: Error {}
        let configuration = try configuration()
        for way in 0..<3 {
            let server = try LoopbackListener { peer in readUntil("never", from: peer) }
            let task = Task {
                try await Connection.withConnection(
                    to: .plaintext("127.0.0.1", port: server.port), configuration: configuration
                ) { connection in
                    switch way {
                    case 0: return
                    case 1: throw Mine()
                    default: _ = try await connection.receive()
                    }
                }
            }
            if way == 2 { task.cancel() }
            let result = await task.result
            switch (way, result) {
            case (0, .success): break
            case (1, .failure(let error)): #expect(error is Mine)
            case (2, .failure(let error)): #expect((error as? TransportError)?.kind == .cancelled)
            default: Issue.record("\(way): \(result)")
            }
            try await expectNothingLeft(configuration)
        }
    }

    @Test func `what is sent goes out although much is unread`() async throws {
        let heard = Lock("")
        let server = try LoopbackListener { peer in
            write(String(repeating: "x", count: 150_000), to: peer)
            let seen = readUntil("go", from: peer)
            heard.withLock { $0 = seen }
            write("done", to: peer)
        }
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration()
        ) { connection in
            while await connection.heldOctets < EventLoop.bufferSize { await Task.yield() }
            try await connection.send(Array("go".utf8))
            try await connection.flush(within: .seconds(60))
            var received = 0
            while true {
                let piece = try await connection.receive(within: .seconds(60))
                guard !piece.isEmpty else { break }
                received += piece.count
            }
            #expect(received == 150_004)
        }
        #expect(heard.withLock { $0 } == "go")
    }

    @Test func `TLS is not begun twice`() async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue()
        let server = try ScriptedServer.start(
            script: [.startTLS(identity), .expect("a"), .send("b"), .ignoreRest])
        let configuration = try configuration { $0.tls.roots = .file(authority.path) }
        try await Connection.withConnection(
            to: .startTLS("127.0.0.1", port: server.port), configuration: configuration
        ) { connection in
            let first = Task { try await connection.startTLS() }
            let second = Task { try await connection.startTLS() }
            let results = [await first.result, await second.result]
            let kinds = results.compactMap { result in
                if case .failure(let error) = result { (error as? TransportError)?.kind } else { nil }
            }
            #expect(kinds == [.tlsFailed])
            let error = await #expect(throws: TransportError.self) { try await connection.startTLS() }
            #expect(error?.kind == .tlsFailed)
            // The connection is none the worse.
            try await connection.send(Array("a".utf8))
            #expect(try await connection.receive(within: .seconds(60)) == Array("b".utf8))
        }
    }

    @Test func `an endpoint without a port is refused`() async throws {
        let error = await #expect(throws: TransportError.self) {
            _ = try await Connection.connect(to: .plaintext("127.0.0.1"))
        }
        #expect(error?.kind == .invalidEndpoint)
    }
}

extension Connection {
    /// Octets that arrived and nobody took.
    fileprivate var heldOctets: Int { driver.engine.input.count }
}
