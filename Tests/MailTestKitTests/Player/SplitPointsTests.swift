import Testing

@testable import MailTestKit

@Suite("Where octets are cut")
struct SplitPointsTests {
    @Test("a short conversation is cut everywhere", arguments: [0, 1, 2, 17, SplitPoints.exhaustive])
    func everywhere(_ count: Int) {
        let offsets = SplitPoints.offsets(in: [UInt8](repeating: 0x61, count: count).span)
        #expect(offsets == Array(1..<max(count, 1)))
    }

    @Test("a long conversation is cut around its line ends and here and there")
    func sampled() {
        var octets = [UInt8](repeating: 0x61, count: 100_000)
        octets[50_000] = 0x0D
        octets[50_001] = 0x0A
        let offsets = SplitPoints.offsets(in: octets.span)
        #expect(Set(offsets).isSuperset(of: 49_999...50_003))
        #expect(offsets.count < 400)
        #expect(offsets.allSatisfy { 0 < $0 && $0 < 100_000 })
        #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $1 - $0 <= 100_000 / 16 })
    }

    @Test("many line ends do not make the work endless")
    func bounded() {
        let octets = Array(repeatElement([0x0D, 0x0A] as [UInt8], count: 500_000).joined())
        #expect(SplitPoints.offsets(in: octets.span).count < 1_000)
    }
}
