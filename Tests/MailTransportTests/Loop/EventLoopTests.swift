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
