import Glibc
internal import Octets

/// What the `${name}`s of a fixture stand for, in one play.
public struct FixtureCaptures: Sendable, Hashable {
    private var values: [String: [UInt8]] = [:]

    /// No captures.
    public init() {}

    /// The octets that `name` stands for; nil before a `C:` line captured it.
    public subscript(name: String) -> [UInt8]? {
        get { values[name] }
        set { values[name] = newValue }
    }
}

/// How octets that a client wrote compare with a `C:` line.
enum FixtureMatch: Equatable {
    /// The line's octets are there, so many of them.
    case matched(Int)
    /// All octets there are fit, and more must come.
    case incomplete
    /// The octet at this offset does not fit.
    case mismatched(Int)
}

extension FixtureText {
    /// Compares the octets from `start` on with this text, and captures what it names for the first time.
    ///
    /// `captures` changes only where the text matched.
    /// - Parameter fitting: so many octets from `start` on are known to fit, having been incomplete before.
    func match(
        _ octets: Span<UInt8>, from start: Int, fitting: Int = 0, _ captures: inout FixtureCaptures
    ) -> FixtureMatch {
        var found = captures
        var position = start
        for piece in pieces {
            switch piece {
            case .octets(let expected, _):
                if let end = Self.compare(expected, octets, &position, fitting: start + fitting) { return end }
            case .capture(let name, _):
                if let known = found[name] {
                    if let end = Self.compare(known, octets, &position, fitting: start + fitting) { return end }
                    continue
                }
                var end = position
                while end < octets.count, octets[end].isAlpha || octets[end].isDigit { end += 1 }
                // An atom is known to be whole when something else stands behind it.
                guard end < octets.count else { return .incomplete }
                guard end > position else { return .mismatched(position) }
                found[name] = [UInt8](copying: octets.extracting(position..<end))
                position = end
            }
        }
        captures = found
        return .matched(position - start)
    }

    private static func compare(
        _ expected: [UInt8], _ octets: Span<UInt8>, _ position: inout Int, fitting: Int
    ) -> FixtureMatch? {
        let there = min(expected.count, octets.count - position)
        let known = min(max(fitting - position, 0), there)
        if !isEqual(expected.span.extracting(known..<there), octets.extracting(position + known..<position + there)) {
            for offset in known..<there where octets[position + offset] != expected[offset] {
                return .mismatched(position + offset)
            }
        }
        position += there
        return there < expected.count ? .incomplete : nil
    }

    private static func isEqual(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard !one.isEmpty else { return true }
        // Holds: both are as long, and alive during the call.
        return unsafe one.withUnsafeBytes { one in
            unsafe other.withUnsafeBytes { other in
                unsafe memcmp(one.baseAddress.unsafelyUnwrapped, other.baseAddress.unsafelyUnwrapped, one.count) == 0
            }
        }
    }
}
