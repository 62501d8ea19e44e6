/// A number that names a message: a `UID` or a `SequenceNumber`.
public protocol MessageNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number; nil for 0, which names no message.
    init?(_ value: UInt32)

    /// The number, 1 or more.
    var value: UInt32 { get }
}

extension MessageNumber {
    /// Ascending by number.
    public static func < (first: Self, second: Self) -> Bool { first.value < second.value }

    /// The number in decimal.
    public var description: String { String(value) }
}

/// The unique identifier of a message within its mailbox and UIDVALIDITY (RFC 3501 §2.3.1.1).
public struct UID: MessageNumber {
    /// The number, 1 or more.
    public let value: UInt32

    /// The identifier; nil for 0.
    public init?(_ value: UInt32) {
        guard value > 0 else { return nil }
        self.value = value
    }
}

/// The place of a message in the selected mailbox at this moment, from 1 (RFC 3501 §2.3.1.2).
///
/// It changes whenever a message before it is expunged, so it is no name to keep.
public struct SequenceNumber: MessageNumber {
    /// The number, 1 or more.
    public let value: UInt32

    /// The place; nil for 0.
    public init?(_ value: UInt32) {
        guard value > 0 else { return nil }
        self.value = value
    }
}

/// The value that, with the mailbox's name, says whether UIDs kept from earlier still hold (RFC 3501 §2.3.1.1).
public struct UIDValidity: Sendable, Hashable, CustomStringConvertible {
    /// The number, 1 or more.
    public let value: UInt32

    /// The value; nil for 0.
    public init?(_ value: UInt32) {
        guard value > 0 else { return nil }
        self.value = value
    }

    /// The number in decimal.
    public var description: String { String(value) }
}
