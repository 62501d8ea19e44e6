/// A set of UIDs.
public typealias UIDSet = NumberSet<UID>

/// A set of message sequence numbers.
public typealias SequenceSet = NumberSet<SequenceNumber>

/// The sequence-set of RFC 3501 §9: ranges of message numbers, never expanded, so that `1:4294967295` costs no more
/// than `1`.
///
/// What a server sent keeps the order in which it sent it, since COPYUID means something by it (RFC 4315 §3); what a
/// caller makes is ascending and without overlaps.
public struct NumberSet<Number: MessageNumber>: Sendable, Hashable, CustomStringConvertible {
    /// One member of the list.
    public enum Element: Sendable, Hashable {
        /// A number, or all numbers from one to another.
        case range(ClosedRange<Number>)
        /// All from this number to the last message, and always the last message: `n:*`.
        case through(Number)
        /// The last message: `*`.
        case last
    }

    /// The members in order.
    public private(set) var elements: [Element]

    /// No number.
    public init() {
        elements = []
    }

    /// The numbers of `range`.
    public init(_ range: ClosedRange<Number>) {
        elements = [.range(range)]
    }

    /// One number.
    public init(_ number: Number) {
        elements = [.range(number...number)]
    }

    /// The numbers of `numbers`, sorted and gathered into ranges.
    public init(_ numbers: some Sequence<Number>) {
        self.init(ranges: numbers.map { $0...$0 })
    }

    /// The numbers of all `ranges`, sorted and joined where they touch.
    public init(ranges: some Sequence<ClosedRange<Number>>) {
        var joined: [ClosedRange<Number>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, UInt64(range.lowerBound.value) <= UInt64(last.upperBound.value) + 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        elements = joined.map(Element.range)
    }

    /// The members as they are given, in their order.
    public init(elements: [Element]) {
        self.elements = elements
    }

    /// Every message: `1:*`.
    public static var all: Self {
        guard let first = Number(1) else { return Self() }
        return Self(elements: [.through(first)])
    }

    /// The last message: `*`.
    public static var last: Self { Self(elements: [.last]) }

    /// This number and all above it, and always the last message: `n:*`.
    public static func through(_ number: Number) -> Self { Self(elements: [.through(number)]) }

    /// Whether there is no member.
    public var isEmpty: Bool { elements.isEmpty }

    /// How many numbers the list names, each as often as it stands there; nil where `*` leaves it open.
    public var count: UInt64? {
        var total: UInt64 = 0
        for element in elements {
            guard case .range(let range) = element else { return nil }
            total += UInt64(range.upperBound.value - range.lowerBound.value) + 1
        }
        return total
    }

    /// Whether `number` is named without knowing which message is last.
    public func contains(_ number: Number) -> Bool {
        elements.contains { element in
            switch element {
            case .range(let range): range.contains(number)
            case .through(let first): number >= first
            case .last: false
            }
        }
    }

    /// The numbers one by one in the order of the list, made as they are asked for; those that need `*` are left out.
    public var numbers: some Sequence<Number> {
        elements.lazy.flatMap { element -> LazyMapSequence<ClosedRange<UInt64>, Number?> in
            guard case .range(let range) = element else { return (UInt64(0)...0).lazy.map { _ in nil } }
            return (UInt64(range.lowerBound.value)...UInt64(range.upperBound.value)).lazy.map {
                Number(UInt32(truncatingIfNeeded: $0))
            }
        }.compactMap { $0 }
    }

    /// The list as RFC 3501 §9 writes it, such as `2,4:7,12:*`.
    public var description: String {
        elements.map { element in
            switch element {
            case .range(let range):
                range.lowerBound == range.upperBound
                    ? "\(range.lowerBound)" : "\(range.lowerBound):\(range.upperBound)"
            case .through(let first): "\(first):*"
            case .last: "*"
            }
        }.joined(separator: ",")
    }
}

extension NumberSet where Number == UID {
    /// The UIDs of `range`; 0 names no message and is left out.
    public static func uids(_ range: ClosedRange<UInt32>) -> UIDSet {
        guard let upper = UID(range.upperBound), let lower = UID(max(range.lowerBound, 1)) else { return UIDSet() }
        return UIDSet(lower...upper)
    }

    /// The UIDs of `uids`, sorted and gathered into ranges.
    public static func uids(_ uids: some Sequence<UID>) -> UIDSet { UIDSet(uids) }

    /// One UID.
    public static func uid(_ uid: UID) -> UIDSet { UIDSet(uid) }
}
