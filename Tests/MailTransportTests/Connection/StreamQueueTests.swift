import Testing

@testable import MailTransport

@Suite(.timeLimit(.minutes(1))) struct StreamQueueTests {
    private struct Failure: Error {}

    @Test func `everybody who waits is woken, not only who came last`() {
        let queue = StreamQueue<Int, Failure>(highWater: 10, flow: FlowControl())
        let first = queue.arrival()
        let second = queue.arrival()
        queue.push(1, cost: 1)
        #expect(first.isResolved && second.isResolved)
        let third = queue.arrival()
        let fourth = queue.arrival()
        queue.finish(Failure())
        #expect(third.isResolved && fourth.isResolved)
    }

    @Test func `two tasks share what arrives, and both hear of the end`() async throws {
        let server = try LoopbackListener { peer in
            readUntil("go", from: peer)
            for line in 0..<20 { write("\(line)\r\n", to: peer) }
        }
        let client = LineClient(loop: try EventLoop(), configuration: TransportConfiguration())
        try await client.connect(.plaintext("127.0.0.1", port: server.port))
        let counts = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<2 {
                tasks.addTask {
                    var count = 0
                    do {
                        while try await client.receive(within: .seconds(30)) != nil { count += 1 }
                    } catch {
                        #expect(error is LineEngine.Failure, "\(error)")
                    }
                    return count
                }
            }
            try await client.send(.line("go"))
            return try await tasks.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(counts.reduce(0, +) == 20, "\(counts)")
    }
}
