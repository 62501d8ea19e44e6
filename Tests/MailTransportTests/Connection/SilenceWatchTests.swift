import Glibc
import Octets
import Testing

@testable import MailTransport

@Suite(.timeLimit(.minutes(2))) struct SilenceWatchTests {
    private func watch(_ change: (inout TransportConfiguration) -> Void) -> SilenceWatch {
        var configuration = TransportConfiguration()
        change(&configuration)
        var watch = SilenceWatch(configuration)
        watch.resume("STAT", now: time(1))
        return watch
    }

    private func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }

    private func check(
        _ watch: inout SilenceWatch, at seconds: Double, isAnswering: Bool, moved: UInt64 = 100, last: Double = 0
    ) -> Result<Duration, TransportError> {
        let movement = SilenceWatch.Movement(moved: moved, lastMoved: time(last), isAnswering: isAnswering)
        switch watch.check(movement, now: time(seconds)) {
        case .late(let error): return .failure(error)
        case .fine(let next): return .success(next)
        }
    }

    @Test func `the first octet has its own limit, counted from the wait or from what was last sent`() throws {
        var watch = watch {
            $0.firstOctetTimeout = .seconds(5)
            $0.stallTimeout = .seconds(20)
        }
        #expect(try check(&watch, at: 1, isAnswering: false).get() == .seconds(5))
        #expect(try check(&watch, at: 4, isAnswering: false).get() == .seconds(2))
        // Something was sent meanwhile: the server is not late while it is still being told.
        #expect(try check(&watch, at: 7, isAnswering: false, last: 6).get() == .seconds(4))
        let error = #expect(throws: TransportError.self) {
            try check(&watch, at: 11, isAnswering: false, last: 6).get()
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.during == "the first octet of STAT")
    }

    @Test func `between octets another limit counts`() throws {
        var watch = watch {
            $0.firstOctetTimeout = .seconds(5)
            $0.stallTimeout = .seconds(2)
        }
        #expect(try check(&watch, at: 2, isAnswering: false).get() == .seconds(2))
        #expect(try check(&watch, at: 5, isAnswering: true, last: 4).get() == .seconds(1))
        let error = #expect(throws: TransportError.self) { try check(&watch, at: 6, isAnswering: true, last: 4).get() }
        #expect(error?.during == "the next octet of STAT")
    }

    @Test func `the rate is that of answers that have begun, over the time somebody waited`() throws {
        var watch = watch {
            $0.minimumRate = 100
            $0.rateInterval = .seconds(10)
        }
        // A server may think as long as other deadlines let it.
        #expect(try check(&watch, at: 500, isAnswering: false).get() == .seconds(10))
        #expect(try check(&watch, at: 510, isAnswering: true, moved: 100).get() == .seconds(10))
        #expect(try check(&watch, at: 520, isAnswering: true, moved: 1100).get() == .seconds(10))
        #expect(try check(&watch, at: 524, isAnswering: true, moved: 1100).get() == .seconds(6))
        // Nobody waits for a while: that does not count.
        watch.pause(now: time(525))
        watch.resume("STAT", now: time(900))
        #expect(try check(&watch, at: 903, isAnswering: true, moved: 1100).get() == .seconds(2))
        let error = #expect(throws: TransportError.self) {
            try check(&watch, at: 905, isAnswering: true, moved: 2099).get()
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.description.contains("999 octets moved") == true)
    }

    @Test func `nothing wanted, nothing watched`() throws {
        #expect(!TransportConfiguration().watchesSilence)
        var watch = watch { _ in }
        #expect(try check(&watch, at: 1_000_000, isAnswering: false).get() > .zero)
    }

    @Test func `silence ends a connection, and says which`() async throws {
        for (first, stall, said, phase) in [
            (Duration.milliseconds(100), Duration.seconds(60), "", "the first octet of receive"),
            (.seconds(60), .milliseconds(100), "half", "the next octet of receive"),
        ] {
            let server = try LoopbackListener { peer in
                readUntil("go\r\n", from: peer)
                write(said, to: peer)
                readUntil("never", from: peer)
            }
            var configuration = TransportConfiguration()
            let loops = try EventLoopGroup(count: 1)
            configuration.loops = loops
            configuration.firstOctetTimeout = first
            configuration.stallTimeout = stall
            let error = await #expect(throws: TransportError.self) {
                try await Connection.withConnection(
                    to: .plaintext("127.0.0.1", port: server.port), configuration: configuration
                ) { connection in
                    try await connection.send(Array("go\r\n".utf8))
                    _ = try await connection.receiveLine()
                }
            }
            #expect(error?.kind == .timedOut)
            #expect(error?.during == phase)
            #expect(loops.next.holdings.timers == 0)
        }
    }

    @Test func `a trickle that keeps moving is too slow all the same`() async throws {
        let server = try LoopbackListener { peer in
            for _ in 0..<12_000 {
                guard write("x", to: peer) else { return }
                usleep(10_000)
            }
        }
        var configuration = TransportConfiguration()
        configuration.stallTimeout = .seconds(60)
        configuration.minimumRate = 100_000
        configuration.rateInterval = .milliseconds(200)
        let error = await #expect(throws: TransportError.self) {
            try await Connection.withConnection(
                to: .plaintext("127.0.0.1", port: server.port), configuration: configuration
            ) { connection in _ = try await connection.receiveLine() }
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.description.contains("are demanded") == true)
    }
}
