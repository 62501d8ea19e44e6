import Glibc
import Octets
import Testing

@testable import MailTransport

@Suite struct EventLoopTests {
    private actor Resident {
        let loop: EventLoop
        private(set) var count = 0
        init(_ loop: EventLoop) { self.loop = loop }
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
        func increment() -> Bool {
            count += 1
            return loop.isCurrent
        }
    }

    @Test func `an actor of the loop runs on its thread, from many tasks at once`() async throws {
        let resident = Resident(try EventLoop())
        let onLoop = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1000 { group.addTask { await resident.increment() } }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(onLoop)
        #expect(await resident.count == 1000)
    }

    @Test func `timers fire in the order of their deadlines, and a cancelled one never`() async throws {
        let loop = try EventLoop()
        let order = Lock<[Int]>([])
        await withCheckedContinuation { continuation in
            loop.schedule(after: .milliseconds(30)) { order.withLock { $0.append(3) } }
            loop.schedule(after: .milliseconds(10)) { order.withLock { $0.append(1) } }
            loop.schedule(after: .milliseconds(20)) { order.withLock { $0.append(2) } }.cancel()
            loop.schedule(after: .milliseconds(50)) { continuation.resume() }
        }
        #expect(order.withLock { $0 } == [1, 3])
        #expect(loop.holdings.timers == 0)
    }

    @Test func `a timer cancels another that is due in the same round`() async throws {
        let loop = try EventLoop()
        let fired = Lock<[Int]>([])
        await withCheckedContinuation { continuation in
            loop.execute {
                let second = Lock<LoopTimer?>(nil)
                loop.schedule(after: .milliseconds(1)) {
                    fired.withLock { $0.append(1) }
                    second.withLock { $0 }?.cancel()
                }
                let timer = loop.schedule(after: .milliseconds(2)) { fired.withLock { $0.append(2) } }
                second.withLock { $0 = timer }
                loop.schedule(after: .milliseconds(3)) { continuation.resume() }
                // The loop is busy until all three are due.
                usleep(20_000)
            }
        }
        #expect(fired.withLock { $0 } == [1])
    }

    @Test func `a descriptor that the kernel will not watch is an error`() async throws {
        final class Handler: LoopHandler {
            func ready(_ descriptor: Int32) {}
            func loopStops() {}
        }
        let loop = try EventLoop()
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(number) }
        try loop.register(number, Handler(), for: .readable)
        try loop.update(number, to: [])
        // The number is still this test's, but what it leads to cannot be watched.
        let other = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        #expect(dup2(other, number) == number)
        close(other)
        let error = #expect(throws: TransportError.self) { try loop.update(number, to: .readable) }
        #expect(error?.errorNumber == EPERM)
        // It is not taken for watched: the next wish is asked of the kernel again.
        #expect(throws: TransportError.self) { try loop.update(number, to: .readable) }
        loop.deregister(number)
        #expect(loop.holdings.descriptors == 0)
    }

    @Test func `the loop masks SIGPIPE on its own thread and nowhere else`() async throws {
        let loop = try EventLoop()
        let masked = await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: Self.masksBrokenPipe) }
        }
        #expect(masked)
        #expect(!Self.masksBrokenPipe)
    }

    @Test func `a group gives the loop with the fewest connections`() throws {
        let group = try EventLoopGroup(count: 3)
        let first = group.next
        first.countConnection(1)
        let second = group.next
        second.countConnection(1)
        #expect(first !== second)
        #expect(group.next !== first && group.next !== second)
    }

    @Test func `many that connect at once are shared out`() async throws {
        let server = try LoopbackListener(connections: 40) { peer in write("x", to: peer) }
        let group = try EventLoopGroup(count: 4)
        var configuration = TransportConfiguration()
        configuration.loops = group
        let wanted = configuration
        let connections = try await withThrowingTaskGroup(of: Connection.self) { tasks in
            for _ in 0..<40 {
                tasks.addTask {
                    try await Connection.connect(
                        to: .plaintext("127.0.0.1", port: server.port), configuration: wanted)
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        let counts = Dictionary(grouping: connections) { ObjectIdentifier($0.loop) }.mapValues(\.count)
        #expect(counts.count == 4)
        // Two that look at the same moment may choose the same loop.
        #expect(counts.values.allSatisfy { (5...15).contains($0) }, "\(counts.values)")
        for connection in connections { await connection.close() }
    }

    @Test func `a connection that is flooded lets the others of its loop have their turn`() async throws {
        let flood = try LoopbackListener { peer in while write(String(repeating: "x", count: 65_536), to: peer) {} }
        let quiet = try LoopbackListener { peer in
            for _ in 0..<200 {
                guard readUntil("ping", from: peer).contains("ping") else { return }
                write("pong\r\n", to: peer)
            }
        }
        var configuration = TransportConfiguration()
        configuration.loops = try EventLoopGroup(count: 1)
        let flooded = try await Connection.connect(
            to: .plaintext("127.0.0.1", port: flood.port), configuration: configuration)
        let reader = Task {
            var total = 0
            while let used = try? await flooded.receive(within: nil, { span in span.count }) { total += used }
            return total
        }
        // The flood goes on until it is stopped, which is when the quiet one has had all its answers.
        try await Connection.withConnection(
            to: .plaintext("127.0.0.1", port: quiet.port), configuration: configuration
        ) { connection in
            for _ in 0..<200 {
                try await connection.send(WireOctets("ping"))
                #expect(try await connection.receiveLine() == Array("pong".utf8))
            }
        }
        await flooded.close()
        #expect(await reader.value > 0)
    }

    @Test func `tens of thousands of timers fire, but for those that were cancelled`() async throws {
        let loop = try EventLoop()
        let fired = Lock<[Int]>([])
        let count = 20_000
        await withCheckedContinuation { continuation in
            loop.execute {
                var timers: [LoopTimer] = []
                for index in 0..<count {
                    let place = index * 7919 % count
                    timers.append(
                        loop.schedule(after: .microseconds(place * 10)) { fired.withLock { $0.append(place) } })
                }
                for index in stride(from: 0, to: count, by: 3) { timers[index].cancel() }
                loop.schedule(after: .milliseconds(200)) { continuation.resume() }
            }
        }
        let cancelled = Set(stride(from: 0, to: count, by: 3).map { $0 * 7919 % count })
        let found = fired.withLock { $0 }
        #expect(found.count == count - cancelled.count)
        let isRight = Set(found).isDisjoint(with: cancelled) && Set(found).count == found.count
        #expect(isRight)
        #expect(loop.holdings.timers == 0)
    }

    @Test func `a task with the loop as its preferred executor runs there`() async throws {
        let loop = try EventLoop()
        let isThere = await withTaskExecutorPreference(loop) { await Self.isOn(loop) }
        #expect(isThere)
    }

    @concurrent private static func isOn(_ loop: EventLoop) async -> Bool { loop.isCurrent }

    private static var masksBrokenPipe: Bool {
        var set = sigset_t()
        // Holds: `set` is a local that outlives the calls.
        unsafe pthread_sigmask(SIG_BLOCK, nil, &set)
        return unsafe sigismember(&set, SIGPIPE) == 1
    }
}
