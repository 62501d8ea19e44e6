/// The three digits of a reply (RFC 5321 §4.2).
///
/// Codes that no RFC lists are legal: clients act on the first digit alone.
public struct ReplyCode: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// What the first digit says (RFC 5321 §4.2.1).
    public enum Severity: UInt16, Sendable, Hashable {
        /// 2yz: done.
        case positiveCompletion = 2
        /// 3yz: go on with what belongs to the command.
        case positiveIntermediate = 3
        /// 4yz: not now; the same request may succeed later.
        case transientNegative = 4
        /// 5yz: no; the same request must not be repeated.
        case permanentNegative = 5
    }

    /// The number, 200...599.
    public let value: UInt16

    /// What the first digit says.
    public let severity: Severity

    /// The code of that number; nil where its first digit is not 2, 3, 4 or 5.
    public init?(_ value: UInt16) {
        guard let severity = Severity(rawValue: value / 100) else { return nil }
        self.value = value
        self.severity = severity
    }

    /// Whether the request was refused: 4yz or 5yz.
    public var isNegative: Bool { severity == .transientNegative || severity == .permanentNegative }

    /// The three digits.
    public var description: String { String(value) }

    /// Orders by number.
    public static func < (left: ReplyCode, right: ReplyCode) -> Bool { left.value < right.value }

    /// Whether this is the code of that number.
    public static func == (code: ReplyCode, value: UInt16) -> Bool { code.value == value }
}
