import Glibc
import Testing

@testable import MailTransport

/// RFC 8305: attempts are staggered, the first success wins, and the others leave nothing behind.
@Suite(.timeLimit(.minutes(1))) struct ConnectAttemptsTests {
    private func address(_ port: UInt16, on loop: EventLoop) async throws -> SocketAddress {
        let found = try await Resolver.addresses(of: "127.0.0.1", port: port, within: .seconds(1), on: loop)
        return try #require(found.first)
    }

    /// A port whose connections never complete: its queue of pending ones is full.
    private final class BlackHole {
        let listener: LoopbackListener
        private var fillers: [SocketDescriptor] = []

        init() throws {
            listener = try LoopbackListener(connections: 0, backlog: 0) { _ in }
        }

        func fill(_ address: SocketAddress) async throws {
            for _ in 0..<4 {
                let filler = try SocketDescriptor.stream(family: AF_INET)
                // Holds: the address lends its own octets for the call.
                _ = unsafe address.withSocketAddress { pointer, length in
                    unsafe Glibc.connect(filler.number, pointer, length)
                }
                fillers.append(filler)
                usleep(10_000)
            }
        }
    }

    @Test func `an attempt that is refused makes way at once`() async throws {
        let loop = try EventLoop()
        let refused = try await address(try LoopbackListener(connections: 0) { _ in }.port, on: loop)
        let listener = try LoopbackListener { peer in readUntil("never", from: peer) }
        let good = try await address(listener.port, on: loop)
        let clock = ContinuousClock()
        let began = clock.now
        let socket = try await ConnectAttempts.connect(
            to: [refused, refused, good], within: .seconds(40), attemptDelay: .seconds(15), on: loop)
        #expect(socket.number >= 0)
        #expect(clock.now - began < .seconds(15))
        try await expectNothing(on: loop)
    }

    @Test func `an attempt that hangs is overtaken after the attempt delay`() async throws {
        let loop = try EventLoop()
        let hole = try BlackHole()
        let hanging = try await address(hole.listener.port, on: loop)
        try await hole.fill(hanging)
        let listener = try LoopbackListener { peer in readUntil("never", from: peer) }
        let good = try await address(listener.port, on: loop)
        let clock = ContinuousClock()
        let began = clock.now
        let socket = try await ConnectAttempts.connect(to: [hanging, good], within: .seconds(40), on: loop)
        #expect(socket.number >= 0)
        #expect(clock.now - began >= .milliseconds(250))
        try await expectNothing(on: loop)
    }

    @Test func `the deadline holds for all attempts together`() async throws {
        let loop = try EventLoop()
        let hole = try BlackHole()
        let hanging = try await address(hole.listener.port, on: loop)
        try await hole.fill(hanging)
        let error = await #expect(throws: TransportError.self) {
            _ = try await ConnectAttempts.connect(
                to: [hanging, hanging, hanging], within: .milliseconds(300), on: loop)
        }
        #expect(error?.kind == .timedOut)
        try await expectNothing(on: loop)
    }

    @Test func `a cancelled task stops connecting`() async throws {
        let loop = try EventLoop()
        let hole = try BlackHole()
        let hanging = try await address(hole.listener.port, on: loop)
        try await hole.fill(hanging)
        let task = Task { try await ConnectAttempts.connect(to: [hanging], within: .seconds(20), on: loop) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let error = await #expect(throws: TransportError.self) { _ = try await task.value }
        #expect(error?.kind == .cancelled)
        try await expectNothing(on: loop)
    }

    @Test func `every failure is told`() async throws {
        let loop = try EventLoop()
        let first = try await address(try LoopbackListener(connections: 0) { _ in }.port, on: loop)
        let second = try await address(try LoopbackListener(connections: 0) { _ in }.port, on: loop)
        let error = await #expect(throws: TransportError.self) {
            _ = try await ConnectAttempts.connect(to: [first, second], within: .seconds(5), on: loop)
        }
        #expect(error?.kind == .connectionRefused)
        #expect(error?.description.contains(first.description) == true)
        #expect(error?.description.contains(second.description) == true)
    }

    @Test func `families alternate, beginning with the resolver's first`() async throws {
        let loop = try EventLoop()
        var addresses: [SocketAddress] = []
        for host in ["::1", "::2", "::3", "127.0.0.1", "127.0.0.2"] {
            addresses += try await Resolver.addresses(of: host, port: 1, within: .seconds(1), on: loop)
        }
        #expect(Resolver.interleaved(addresses).map(\.host) == ["::1", "127.0.0.1", "::2", "127.0.0.2", "::3"])
        #expect(addresses[0].literal == "[IPv6:::1]")
        #expect(addresses[3].literal == "[127.0.0.1]")
    }

    private func expectNothing(on loop: EventLoop) async throws {
        // What is left to tidy up runs on the loop right behind the result.
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        #expect(loop.holdings.descriptors == 0)
        #expect(loop.holdings.timers == 0)
    }
}
