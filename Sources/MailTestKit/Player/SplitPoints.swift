internal import Octets

/// The places where the octets of a server are cut in two: all of them, or the telling ones where there are too many.
enum SplitPoints {
    /// The most octets of a server that are cut at every place.
    static let exhaustive = 4 << 10

    /// Work is bounded: the octets delivered in all plays of a long fixture are about so many.
    private static let budget = 16 << 20

    /// The offsets 1..<count at which the runs, sent one behind the other, are cut, ascending.
    ///
    /// Above `exhaustive` octets: next to line ends and at the start, as far as the budget goes, and evenly spread.
    static func offsets(in octets: Span<UInt8>) -> [Int] {
        let count = octets.count
        guard count > 1 else { return [] }
        guard count > exhaustive else { return Array(1..<count) }
        let most = max(budget / count, 128)
        var telling = Set(1...64)
        var index = 0
        while let end = octets.firstOffset(of: ASCII.lf, from: index) {
            for offset in (end - 2)...(end + 3) where offset > 0 && offset < count { telling.insert(offset) }
            index = end + 1
        }
        var chosen = Set(every(max(telling.count / most, 1), of: telling.sorted()))
        chosen.formUnion(stride(from: 1, to: count, by: max(count / max(most / 4, 1), 1)))
        return chosen.sorted()
    }

    private static func every(_ step: Int, of offsets: [Int]) -> [Int] {
        stride(from: 0, to: offsets.count, by: step).map { offsets[$0] }
    }
}
