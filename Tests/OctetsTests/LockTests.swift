import Testing

@testable import Octets

@Suite struct LockTests {
    private final class Witness: Sendable {
        let alive: Lock<Int>
        let tally: Tally

        init(_ tally: Tally) {
            alive = Lock(1)
            self.tally = tally
            tally.count.withLock { $0 += 1 }
        }

        deinit { tally.count.withLock { $0 -= 1 } }
    }

    private final class Tally: Sendable {
        let count = Lock(0)
    }

    @Test func `nothing is lost where many add at once`() async {
        let tally = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<10_000 { tally.count.withLock { $0 += 1 } } }
            }
        }
        #expect(tally.count.withLock { $0 } == 80_000)
    }

    @Test func `what it guards is released with it`() {
        let tally = Tally()
        do {
            let lock = Lock([Witness(tally), Witness(tally)])
            #expect(tally.count.withLock { $0 } == 2)
            lock.withLock { _ = $0.removeLast() }
            #expect(tally.count.withLock { $0 } == 1)
        }
        #expect(tally.count.withLock { $0 } == 0)
    }

    @Test func `an error leaves it open`() throws {
        struct Refused: Error {}
        let lock = Lock(1)
        #expect(throws: Refused.self) {
            try lock.withLock { value in
                value = 2
                throw Refused()
            }
        }
        #expect(lock.withLock { $0 } == 2)
    }
}
