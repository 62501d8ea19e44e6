import Testing

@testable import MailTransport

@Suite struct WaitingTests {
    private static let short: Int64 = 40_000
    private static let long: Int64 = 5_000_000

    @Test func `it sleeps until a sleep was short, and waits awake as long as that is good for something`() {
        var waiting = Waiting(awakeLimit: .microseconds(50))
        #expect(waiting.awakeLimit == 50_000)
        #expect(waiting.next(octetsRead: 1) == .asleep)
        waiting.endedAsleep(after: Self.long)
        #expect(waiting.next(octetsRead: 1) == .asleep)
        waiting.endedAsleep(after: Self.short)
        for _ in 0..<1000 {
            #expect(waiting.next(octetsRead: 1) == .awake)
            waiting.endedAwake()
        }
    }

    @Test func `each time awake in vain asks for twice as many short sleeps before the next, 1024 at most`() {
        var waiting = Waiting(awakeLimit: .microseconds(50))
        _ = waiting.next(octetsRead: 0)
        waiting.endedAsleep(after: Self.short)
        for expected in [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024] {
            #expect(waiting.next(octetsRead: 0) == .awake)
            waiting.endedAsleep(after: Self.short + 50_000)
            #expect(Self.sleeps(&waiting) == expected)
        }
        // Long sleeps do not count.
        #expect(waiting.next(octetsRead: 0) == .awake)
        waiting.endedAsleep(after: Self.long)
        for _ in 0..<5000 {
            #expect(waiting.next(octetsRead: 0) == .asleep)
            waiting.endedAsleep(after: Self.long)
        }
        #expect(Self.sleeps(&waiting) == 1024)
        // And one that was worth it makes up for all.
        #expect(waiting.next(octetsRead: 0) == .awake)
        waiting.endedAwake()
        #expect(waiting.next(octetsRead: 0) == .awake)
        waiting.endedAsleep(after: Self.long)
        #expect(Self.sleeps(&waiting) == 2)
    }

    @Test func `it naps where octets come in bulk and fast, not where they are few or slow`() {
        var waiting = Waiting(awakeLimit: .microseconds(50))
        #expect(waiting.next(octetsRead: 1 << 20) == .asleep)
        waiting.endedAsleep(after: Self.long)
        #expect(waiting.next(octetsRead: 1 << 20) == .asleep)
        waiting.endedAsleep(after: Self.short)
        for _ in 0..<100 {
            #expect(waiting.next(octetsRead: Waiting.bulk) == .afterNap)
            waiting.endedAsleep(after: 110_000)
        }
        // Slow bulk is slept for.
        #expect(waiting.next(octetsRead: Waiting.bulk) == .afterNap)
        waiting.endedAsleep(after: Self.long)
        #expect(waiting.next(octetsRead: Waiting.bulk) == .asleep)
        waiting.endedAsleep(after: Self.short)
        #expect(waiting.next(octetsRead: 1 << 20) == .afterNap)
        waiting.endedAsleep(after: 110_000)
        // What was once bulk soon is no more, and being awake is tried again after a while.
        var naps = 0
        while waiting.next(octetsRead: 100) == .afterNap {
            waiting.endedAsleep(after: 110_000)
            naps += 1
        }
        #expect((1...20).contains(naps))
        waiting.endedAsleep(after: Self.short)
        #expect(Self.sleeps(&waiting) == 15)
        // A single long answer among short ones is not bulk.
        waiting.endedAwake()
        #expect(waiting.next(octetsRead: 100_000) == .awake)
    }

    @Test(arguments: [Duration.zero, .milliseconds(-1)])
    func `without a limit every wait is asleep`(limit: Duration) {
        var waiting = Waiting(awakeLimit: limit)
        for _ in 0..<10 {
            #expect(waiting.next(octetsRead: 1 << 20) == .asleep)
            waiting.endedAsleep(after: 0)
        }
    }

    /// Short sleeps until the next wait is awake.
    private static func sleeps(_ waiting: inout Waiting) -> Int {
        var copy = waiting
        var count = 0
        while copy.next(octetsRead: 0) == .asleep, count < 5000 {
            copy.endedAsleep(after: short)
            count += 1
        }
        waiting = copy
        return count
    }
}
