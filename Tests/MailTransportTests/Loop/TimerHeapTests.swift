import Testing

@testable import MailTransport

@Suite struct TimerHeapTests {
    @Test func `what is due comes earliest first, and nothing that was cancelled`() {
        var heap = TimerHeap()
        var random = SystemRandomNumberGenerator()
        var ids: [UInt64] = []
        for _ in 0..<500 { ids.append(heap.add(MonotonicTime(nanoseconds: .random(in: 0..<1000, using: &random))) {}) }
        let cancelled = Set(ids.shuffled().prefix(250))
        for id in cancelled { heap.cancel(id) }
        #expect(heap.count == 250)
        var seen = 0
        var clock: Int64 = 0
        while let next = heap.next {
            #expect(next.nanoseconds >= clock)
            clock = next.nanoseconds
            while heap.takeDue(next) != nil { seen += 1 }
        }
        #expect(seen == 250)
        #expect(heap.count == 0)
    }

    @Test func `cancelled timers do not pile up`() {
        var heap = TimerHeap()
        let kept = heap.add(MonotonicTime(nanoseconds: 5)) {}
        for _ in 0..<100_000 { heap.cancel(heap.add(MonotonicTime(nanoseconds: .max)) {}) }
        #expect(heap.entryCount <= 130)
        heap.cancel(kept)
        #expect(heap.next == nil)
    }

    @Test func `a deadline beyond the clock is held at its end`() {
        let now = MonotonicTime(nanoseconds: 1)
        #expect(now.advanced(by: .seconds(Int64.max)).nanoseconds == .max)
        #expect(now.advanced(by: .nanoseconds(2)).nanoseconds == 3)
        // The whole seconds fit into the clock, and what is behind them does not.
        #expect(now.advanced(by: .seconds(9_223_372_036) + .nanoseconds(999_999_999)).nanoseconds == .max)
        #expect(now.advanced(by: .nanoseconds(Int64.max)).nanoseconds == .max)
    }

    @Test(arguments: [Duration.zero, .nanoseconds(-1), .seconds(-1), .nanoseconds(Int64.min), .seconds(Int64.min)])
    func `a deadline that has passed is now`(delay: Duration) {
        #expect(MonotonicTime(nanoseconds: 5).advanced(by: delay).nanoseconds == 5)
    }
}
