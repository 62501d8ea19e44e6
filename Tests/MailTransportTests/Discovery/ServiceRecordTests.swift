import Testing

@testable import MailTransport

/// RFC 2782: lower priorities first, and among equals a lot that follows the weights.
@Suite struct ServiceRecordTests {
    /// Numbers in a row of their own, the same each time.
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private func record(_ priority: UInt16, _ weight: UInt16, _ host: String) -> ServiceRecord {
        ServiceRecord(priority: priority, weight: weight, host: host, port: 993)
    }

    @Test func `priorities stand in order, and nothing is lost`() {
        var generator = Sequence(state: 1)
        let records = (0..<200).map { record(UInt16($0 % 7), UInt16($0 % 3), "h\($0)") }
        let ordered = ServiceRecord.ordered(records, using: &generator)
        #expect(ordered.map(\.priority) == ordered.map(\.priority).sorted())
        #expect(Set(ordered.map(\.host)) == Set(records.map(\.host)))
        #expect(ordered.count == records.count)
    }

    @Test func `who comes first follows the weights`() {
        let records = [record(0, 10, "ten"), record(0, 30, "thirty"), record(0, 0, "none")]
        var firsts: [String: Int] = [:]
        var generator = Sequence(state: 2)
        for _ in 0..<4000 {
            firsts[ServiceRecord.ordered(records, using: &generator)[0].host, default: 0] += 1
        }
        // A lot of 0...40: one chance for weight 0, ten and thirty for the others. Six standard deviations of slack.
        #expect((2810...3040).contains(firsts["thirty", default: 0]), "\(firsts)")
        #expect((860...1095).contains(firsts["ten", default: 0]), "\(firsts)")
        #expect((40...160).contains(firsts["none", default: 0]), "\(firsts)")
    }

    @Test func `the largest weights do no harm`() {
        var generator = Sequence(state: 3)
        let records = (0..<100).map { record(0, .max, "h\($0)") }
        #expect(ServiceRecord.ordered(records, using: &generator).count == 100)
        #expect(ServiceRecord.ordered([], using: &generator).isEmpty)
    }
}
