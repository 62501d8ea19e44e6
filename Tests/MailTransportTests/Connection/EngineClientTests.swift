import Glibc
import Octets
import Synchronization
import Testing

@testable import MailTransport

/// The driver over real sockets, with a toy protocol.
@Suite(.timeLimit(.minutes(1))) struct EngineClientTests {
    private func client(
        _ change: (inout TransportConfiguration) -> Void = { _ in }, highWater: Int = 64 * 1024
    ) throws -> LineClient {
        var configuration = TransportConfiguration()
        change(&configuration)
        return LineClient(loop: try EventLoop(), configuration: configuration, highWater: highWater)
    }

    private func expectNothingLeft(_ client: LineClient, sourceLocation: SourceLocation = #_sourceLocation) async {
        await client.close()
        #expect(client.loop.holdings.descriptors == 0, sourceLocation: sourceLocation)
        #expect(client.loop.holdings.timers == 0, sourceLocation: sourceLocation)
        #expect(client.loop.connectionCount == 0, sourceLocation: sourceLocation)
        #expect(await client.endings.count == 1, sourceLocation: sourceLocation)
    }

    @Test func `lines go both ways`() async throws {
        let server = try LoopbackListener { peer in
            write("hello\r\n", to: peer)
            readUntil("ping\r\n", from: peer)
            write("po", to: peer)
            write("ng\r\n", to: peer)
            readUntil("never", from: peer)
        }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        #expect(try await client.receive() == .line("hello"))
        try await client.send(.line("ping"))
        #expect(try await client.receive() == .line("pong"))
        await expectNothingLeft(client)
    }

    @Test func `the server's last words are heard before the end`() async throws {
        let server = try LoopbackListener { peer in write("421 closing\r\n", to: peer) }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        #expect(try await client.receive() == .line("421 closing"))
        await #expect(throws: LineEngine.Failure(what: "the stream ended")) { try await client.receive() }
        await expectNothingLeft(client)
    }

    @Test func `the server's last words are heard even when our write meets a reset`() async throws {
        let server = try LoopbackListener { peer in
            write("421 closing\r\n", to: peer)
            shutdown(peer, Int32(SHUT_WR))
            readUntil("x", from: peer)
        }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        try? await client.send(.octets(1 << 20))
        #expect(try await client.receive() == .line("421 closing"))
        await #expect(throws: LineEngine.Failure.self) { try await client.receive() }
        await expectNothingLeft(client)
    }

    @Test func `a refused port says so and leaves nothing`() async throws {
        let port = try LoopbackListener(connections: 0) { _ in }.port
        let client = try client()
        let error = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.plaintext("127.0.0.1", port: port))
        }
        #expect(error?.kind == .connectionRefused)
        #expect(error?.what.contains("127.0.0.1:\(port)") == true)
        await expectNothingLeft(client)
    }

    @Test func `an unknown host says so`() async throws {
        let client = try client()
        let error = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.plaintext("does-not-exist.invalid", port: 1))
        }
        #expect(error?.kind == .hostNotFound || error?.kind == .resolutionFailed)
        await expectNothingLeft(client)
    }

    @Test(arguments: ["", "a\0b", String(repeating: "a", count: 256)])
    func `a host that is none is refused before anybody is asked`(host: String) async throws {
        let client = try client()
        let error = await #expect(throws: LineEngine.Failure.self) {
            try await client.connect(.plaintext(host, port: 1))
        }
        #expect(error?.kind == .invalidEndpoint)
    }

    @Test func `a reply that never comes ends the connection at its deadline`() async throws {
        let server = try LoopbackListener { peer in readUntil("never", from: peer) }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        let clock = ContinuousClock()
        let began = clock.now
        let error = await #expect(throws: LineEngine.Failure.self) {
            try await client.receive(within: .milliseconds(100))
        }
        #expect(error?.kind == .timedOut)
        #expect(clock.now - began < .seconds(30))
        await expectNothingLeft(client)
        await #expect(throws: LineEngine.Failure.self) { try await client.send(.line("too late")) }
    }

    @Test func `a trickle does not renew the deadline of a reply`() async throws {
        let server = try LoopbackListener { peer in
            for _ in 0..<1200 {
                guard write("x", to: peer) else { return }
                usleep(50_000)
            }
        }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        let error = await #expect(throws: LineEngine.Failure.self) {
            try await client.receive(within: .milliseconds(300))
        }
        #expect(error?.kind == .timedOut)
        await expectNothingLeft(client)
    }

    @Test func `cancelling the waiting task ends the wait and closes the connection`() async throws {
        let server = try LoopbackListener { peer in readUntil("never", from: peer) }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        let task = Task { try await client.receive(within: nil) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let result = await task.result
        #expect(throws: LineEngine.Failure.self) { try result.get() }
        #expect(await client.endings.first??.kind == .cancelled)
        await expectNothingLeft(client)
    }

    @Test func `an endless line is refused within bounds`() async throws {
        let server = try LoopbackListener { peer in
            for _ in 0..<1000 { write(String(repeating: "x", count: 65536), to: peer) }
        }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        await #expect(throws: LineEngine.Failure(what: "a line over 1000 octets")) { try await client.receive() }
        await expectNothingLeft(client)
    }

    @Test func `a slow consumer stops the reading, and takes everything in the end`() async throws {
        let count = 20_000
        let sent = Atomic<Int>(0)
        let server = try LoopbackListener { peer in
            for number in 0..<count {
                write("\(number) \(String(repeating: "x", count: 900))\r\n", to: peer)
                sent.add(1, ordering: .relaxed)
            }
            readUntil("never", from: peer)
        }
        let client = try client(highWater: 32 * 1024)
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        #expect(try await client.receive() != nil)
        try await Task.sleep(for: .milliseconds(300))
        #expect(await client.buffered < 128 * 1024)
        #expect(sent.load(ordering: .relaxed) < count)
        for number in 1..<count {
            guard case .line(let text)? = try await client.receive() else { break }
            #expect(text.hasPrefix("\(number) "))
        }
        await expectNothingLeft(client)
    }

    @Test func `a hang-up while reading rests does not keep the loop busy, and nothing that came before it is lost`()
        async throws
    {
        let server = try LoopbackListener { peer in
            for number in 0..<50 { write("\(number) \(String(repeating: "x", count: 900))\r\n", to: peer) }
        }
        let client = try client(highWater: 8 * 1024)
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        #expect(try await client.receive() != nil)
        try await Task.sleep(for: .milliseconds(200))
        let before = await client.wakeUps
        try await Task.sleep(for: .milliseconds(200))
        #expect(await client.wakeUps - before < 10)
        for number in 1..<50 {
            guard case .line(let text)? = try await client.receive() else { break }
            #expect(text.hasPrefix("\(number) "))
        }
        await #expect(throws: LineEngine.Failure(what: "the stream ended")) { try await client.receive() }
        await expectNothingLeft(client)
    }

    @Test func `a reply that arrived counts, even where its deadline has passed by the time the loop looks`()
        async throws
    {
        let server = try LoopbackListener { peer in
            readUntil("go\r\n", from: peer)
            write("in time\r\n", to: peer)
            readUntil("never", from: peer)
        }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        async let reply = client.receive(within: .milliseconds(30))
        try await client.sendAndBlock(.line("go"), milliseconds: 100)
        #expect(try await reply == .line("in time"))
        await expectNothingLeft(client)
    }

    @Test func `a wait comes back though every thread of the global pool is busy`() async throws {
        let server = try LoopbackListener { peer in
            for _ in 0..<3 {
                readUntil("ping\r\n", from: peer)
                write("pong\r\n", to: peer)
            }
            readUntil("never", from: peer)
        }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        let isDone = DoneFlag()
        let began = ContinuousClock.now
        let talk = Task { try await client.playPingPong(3, isDone) }
        while !isDone.begun.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(1)) }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<EventLoopGroup.processorCount { group.addTask { isDone.occupyThread(since: began) } }
        }
        let wasDone = isDone.value.load(ordering: .relaxed)
        #expect(wasDone)
        try await talk.value
        await expectNothingLeft(client)
    }

    @Test func `reading goes on while much is written to a peer that reads late`() async throws {
        let megabytes = 16
        let server = try LoopbackListener { peer in
            for _ in 0..<(megabytes << 10) { write(String(repeating: "x", count: 1000) + "\r\n", to: peer) }
            write("done\r\n", to: peer)
            var buffer = [UInt8](repeating: 0, count: 65536)
            var read = 0
            while read < megabytes << 20 {
                // Holds: the buffer is as long as is said.
                let count = unsafe recv(peer, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                read += count
            }
            write("all read\r\n", to: peer)
            readUntil("never", from: peer)
        }
        let client = try client()
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        try await client.send(.octets(megabytes << 20))
        async let drained: Void = client.drain()
        var last: LineEngine.Event?
        while let event = try await client.receive(within: .seconds(20)) {
            last = event
            if event == .line("all read") { break }
        }
        try await drained
        #expect(last == .line("all read"))
        await expectNothingLeft(client)
    }

    @Test func `one turn at a time, first come, first served, and a cancelled one steps aside`() async throws {
        let client = try client()
        let order = TurnOrder()
        let tasks = await client.startTurns(10, order)
        tasks[4].cancel()
        var cancelled = 0
        for task in tasks where await !task.value { cancelled += 1 }
        #expect(cancelled == 1)
        #expect(order.numbers.withLock { $0 } == (0..<10).filter { $0 != 4 }.flatMap { [$0, $0] })
    }
}

private final class DoneFlag: Sendable {
    let begun = Atomic<Bool>(false)
    let value = Atomic<Bool>(false)
    let busy = Atomic<Int>(0)

    /// Blocks the thread until the flag is set, 20 seconds at most.
    func occupyThread(since began: ContinuousClock.Instant) {
        busy.add(1, ordering: .relaxed)
        while !value.load(ordering: .relaxed), ContinuousClock.now - began < .seconds(20) { usleep(1000) }
    }
}

private final class TurnOrder: Sendable {
    let numbers = Lock<[Int]>([])
}

extension LineClient {
    /// Exchanges lines on the loop's thread, once every thread of the global pool is busy.
    fileprivate func playPingPong(_ count: Int, _ isDone: DoneFlag) async throws {
        isDone.begun.store(true, ordering: .relaxed)
        while isDone.busy.load(ordering: .relaxed) < EventLoopGroup.processorCount { usleep(1000) }
        for _ in 0..<count {
            try send(.line("ping"))
            #expect(try await receive() == .line("pong"))
        }
        isDone.value.store(true, ordering: .relaxed)
    }

    /// Sends a line and holds the loop up, as no client should, so that the answer and a deadline are met in one round.
    fileprivate func sendAndBlock(_ command: LineEngine.Command, milliseconds: UInt32) throws {
        try send(command)
        usleep(milliseconds * 1000)
    }

    /// Tasks that each take a turn and note its beginning and end; false for one whose turn was cancelled.
    fileprivate func startTurns(_ count: Int, _ order: TurnOrder) -> [Task<Bool, Never>] {
        (0..<count).map { number in
            Task {
                do throws(LineEngine.Failure) {
                    try await withTurn(command: "turn") { () async throws(LineEngine.Failure) in
                        order.numbers.withLock { $0.append(number) }
                        try? await Task.sleep(for: .milliseconds(10))
                        order.numbers.withLock { $0.append(number) }
                    }
                    return true
                } catch {
                    return false
                }
            }
        }
    }
}
