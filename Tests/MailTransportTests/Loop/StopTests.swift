import Octets
import Testing

@testable import MailTransport

/// What a loop that is told to stop still does.
@Suite(.timeLimit(.minutes(1))) struct StopTests {
    private final class Tally: Sendable {
        let count = Lock(0)
    }

    @Test func `a loop with nothing on it ends, as often as it is told to`() async throws {
        let loop = try EventLoop()
        await loop.stop()
        await loop.stop()
        #expect(loop.isStopping)
    }

    @Test func `connections end by type, and nothing is left`() async throws {
        let server = try LoopbackListener(connections: 3) { peer in readUntil("never", from: peer) }
        let group = try EventLoopGroup(count: 1)
        var configuration = TransportConfiguration()
        configuration.loops = group
        let endpoint = Endpoint.plaintext("127.0.0.1", port: server.port)
        let waiting = try await Connection.connect(to: endpoint, configuration: configuration)
        let reading = Task { try await waiting.receive() }
        while group.next.holdings.descriptors < 1 { await Task.yield() }
        await group.stop()
        let error = await #expect(throws: TransportError.self) { _ = try await reading.value }
        #expect([.loopStopped].contains(error?.kind))
        let late = await #expect(throws: TransportError.self) {
            _ = try await Connection.connect(to: endpoint, configuration: configuration)
        }
        #expect(late?.kind == .loopStopped)
        #expect(group.next.holdings.descriptors == 0)
        #expect(group.next.holdings.timers == 0)
        let after = await #expect(throws: TransportError.self) { _ = try await waiting.receive() }
        #expect(after?.kind == .loopStopped)
    }

    @Test func `armed timers still fire, and the end waits for them`() async throws {
        let loop = try EventLoop()
        let fired = Lock(false)
        loop.schedule(after: .milliseconds(50)) { fired.withLock { $0 = true } }
        let dropped = loop.schedule(after: .seconds(3600)) {}
        async let end: Void = loop.stop()
        loop.execute { dropped.cancel() }
        await end
        #expect(fired.withLock { $0 })
    }

    @Test func `the last timer is cancelled from elsewhere, and the loop ends`() async throws {
        let loop = try EventLoop()
        let timer = loop.schedule(after: .seconds(3600)) {}
        async let end: Void = loop.stop()
        while !loop.isStopping { await Task.yield() }
        timer.cancel()
        await end
    }

    @Test func `a job that comes after the end still runs`() async throws {
        actor Resident {
            let loop: EventLoop
            init(_ loop: EventLoop) { self.loop = loop }
            nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
            func answer() -> Bool { loop.isCurrent }
        }
        let loop = try EventLoop()
        let resident = Resident(loop)
        await loop.stop()
        for _ in 0..<100 { #expect(await resident.answer()) }
        await loop.stop()
        let order = Lock<[Int]>([])
        await withCheckedContinuation { continuation in
            loop.schedule(after: .milliseconds(20)) {
                order.withLock { $0.append(2) }
                continuation.resume()
            }
            loop.execute { order.withLock { $0.append(1) } }
        }
        #expect(order.withLock { $0 } == [1, 2])
        await loop.stop()
    }

    @Test func `a loop that ended and that nobody has goes away`() async throws {
        weak var gone: EventLoop?
        do {
            let loop = try EventLoop()
            gone = loop
            await loop.stop()
        }
        // The thread lets go of it as its last deed.
        for _ in 0..<2000 where gone != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(gone == nil)
    }

    @Test func `jobs from many threads while it stops are all run`() async throws {
        for _ in 0..<20 {
            let loop = try EventLoop()
            let tally = Tally()
            await withTaskGroup(of: Void.self) { tasks in
                for _ in 0..<4 {
                    tasks.addTask {
                        for _ in 0..<500 { loop.execute { tally.count.withLock { $0 += 1 } } }
                    }
                }
                tasks.addTask { await loop.stop() }
            }
            await loop.stop()
            #expect(tally.count.withLock { $0 } == 2000)
        }
    }
}
