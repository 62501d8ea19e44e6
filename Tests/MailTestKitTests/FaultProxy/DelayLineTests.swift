import Testing

@testable import MailTestKit

/// When how many octets may leave, with a clock that the test turns.
@Suite("A delay line") struct DelayLineTests {
    private let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private func line(_ direction: Faults.Direction, _ text: String) -> DelayLine {
        var line = DelayLine(direction)
        line.append(Array(text.utf8)[...], at: start)
        return line
    }

    /// What may leave at a time; it leaves.
    private func take(_ line: inout DelayLine, at milliseconds: Int) -> String? {
        guard let piece = line.piece(at: at(milliseconds)) else { return nil }
        line.didForward(piece.count, at: at(milliseconds))
        return String(decoding: piece, as: UTF8.self)
    }

    @Test("without faults octets leave as they came")
    func plain() {
        var line = line(Faults.Direction(), "abc")
        line.append(Array("def".utf8)[...], at: at(1))
        #expect(line.count == 6)
        #expect(take(&line, at: 1) == "abc")
        #expect(take(&line, at: 1) == "def")
        #expect(take(&line, at: 1) == nil)
        #expect(line.nextTime() == nil)
        line.end(.orderly, at: at(2))
        line.end(.reset, at: at(2))
        #expect(line.dueEnd(at: at(2)) == .orderly)
        #expect((line.forwarded, line.pieces, line.peak) == (6, 2, 6))
    }

    @Test("a delay holds for each octet and for the end")
    func delay() {
        var line = line(.delay(.milliseconds(100)), "abc")
        line.append(Array("d".utf8)[...], at: at(50))
        line.end(.truncated, at: at(60))
        #expect(take(&line, at: 99) == nil)
        #expect(line.nextTime() == at(100))
        #expect(take(&line, at: 100) == "abc")
        #expect(take(&line, at: 149) == nil)
        #expect(line.nextTime() == at(150))
        #expect(line.dueEnd(at: at(1_000)) == nil)
        #expect(take(&line, at: 150) == "d")
        #expect(line.dueEnd(at: at(159)) == nil)
        #expect(line.nextTime() == at(160))
        #expect(line.dueEnd(at: at(160)) == .truncated)
    }

    @Test("a rate is kept, and waiting earns no more than a hundredth of a second")
    func rate() {
        var line = line(.rate(.octets(1_000)), String(repeating: "x", count: 100))
        #expect(take(&line, at: 5_000) == "xxxxxxxxxx")
        #expect(take(&line, at: 5_000) == nil)
        #expect(line.nextTime() == at(5_010))
        #expect(take(&line, at: 5_009) == nil)
        // Ten milliseconds late can be made up for, twenty cannot.
        #expect(take(&line, at: 5_040) == "xxxxxxxxxx")
        #expect(take(&line, at: 5_040) == "xxxxxxxxxx")
        #expect(take(&line, at: 5_040) == nil)
        #expect(line.nextTime() == at(5_050))
    }

    @Test("pieces stay whole however slow the rate is")
    func slowPieces() {
        var line = line(Faults.Direction(rate: .octets(1, per: .seconds(60)), split: 3), "abcdefg")
        #expect(take(&line, at: 0) == "abc")
        #expect(take(&line, at: 179_999) == nil)
        #expect(take(&line, at: 180_000) == "def")
    }

    @Test("a cut lets exactly so many octets through")
    func cut() {
        var line = line(Faults.Direction(split: 4, cut: .init(after: 6, .reset)), "abcdefgh")
        #expect(!line.isAtCut)
        #expect(take(&line, at: 0) == "abcd")
        #expect(take(&line, at: 0) == "ef")
        #expect(line.isAtCut)
        #expect(take(&line, at: 0) == nil)
        #expect(DelayLine(.cut(after: 0, .reset)).isAtCut)
        #expect(DelayLine(.cut(after: -1, .reset)).isAtCut)
    }

    @Test("what waits is bounded, in octets and in arrivals")
    func bounded() {
        var plain = DelayLine(Faults.Direction())
        while plain.wantsMore { plain.append(ArraySlice(repeating: 1, count: 60_000), at: start) }
        #expect(plain.count == 120_000)
        var late = DelayLine(.delay(.seconds(1)))
        while late.wantsMore { late.append([1], at: start) }
        #expect(late.count == 65_536)
        var large = DelayLine(.delay(.seconds(1)))
        while large.wantsMore { large.append(ArraySlice(repeating: 1, count: 60_000), at: start) }
        #expect(large.count < 8 << 20 + 60_000)
        large.discard()
        #expect(large.count == 0)
        #expect(large.wantsMore)
        large.end(.orderly, at: start)
        #expect(!large.wantsMore)
    }

    @Test("no number that a caller gives traps")
    func extremes() {
        let longest = Duration(secondsComponent: .max, attosecondsComponent: 0)
        for (octets, period) in [
            (Int.min, longest), (.max, .zero), (0, .zero - longest), (.max, longest), (1, longest),
        ] {
            let rate = OctetRate.octets(octets, per: period)
            for split in [nil, Int.min, 0, .max] {
                for delay in [longest, .zero - longest] {
                    var line = line(Faults.Direction(delay: delay, rate: rate, split: split), "abc")
                    _ = take(&line, at: 86_400_000)
                    #expect(line.forwarded > 0)
                }
            }
        }
    }
}
