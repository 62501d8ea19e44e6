/// The number of a message in this session's maildrop, from 1 (RFC 1939 §4).
///
/// It means nothing in any other session: keep unique-ids instead.
public struct POP3MessageNumber: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByIntegerLiteral {
    /// The number, 1 or more; 0, which no message has, is refused when a command with it is submitted.
    public let value: UInt32

    /// The message of that number.
    public init(_ value: UInt32) {
        self.value = value
    }

    /// The message of that number.
    public init(integerLiteral value: UInt32) {
        self.value = value
    }

    /// Ascending by number.
    public static func < (first: POP3MessageNumber, second: POP3MessageNumber) -> Bool { first.value < second.value }

    /// The number in decimal.
    public var description: String { String(value) }
}
