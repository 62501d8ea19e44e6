/// A number that STATUS can tell of a mailbox (RFC 3501 §6.3.10), compared without case.
public struct StatusItem: Sendable, Hashable, CustomStringConvertible {
    /// The item as written.
    public let rawName: String

    /// The item in upper case: what is compared.
    public let canonicalName: String

    /// An item as written; whether it can be sent is checked when it is.
    public init(_ rawName: String) {
        self.rawName = rawName
        canonicalName = rawName.uppercased()
    }

    /// The number of messages.
    public static let messages = StatusItem("MESSAGES")
    /// The number of messages that no session was told of before (RFC 3501 only).
    public static let recent = StatusItem("RECENT")
    /// The UID the next message will have at least.
    public static let uidNext = StatusItem("UIDNEXT")
    /// The UIDVALIDITY.
    public static let uidValidity = StatusItem("UIDVALIDITY")
    /// The number of messages without `\Seen`.
    public static let unseen = StatusItem("UNSEEN")
    /// The number of messages with `\Deleted` (RFC 9051).
    public static let deleted = StatusItem("DELETED")
    /// The octets of all messages together (RFC 8438, RFC 9051).
    public static let size = StatusItem("SIZE")

    /// The item as written.
    public var description: String { rawName }

    /// Equal where the canonical names are.
    public static func == (first: StatusItem, second: StatusItem) -> Bool {
        first.canonicalName == second.canonicalName
    }

    /// Hashes the canonical name.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}

/// What STATUS told of a mailbox (RFC 3501 §7.2.4).
public struct MailboxStatus: Sendable, Hashable {
    /// The mailbox.
    public let name: MailboxName
    /// The items and their values in the server's order.
    public let items: [Item]

    /// One item and its value.
    public struct Item: Sendable, Hashable {
        /// Which number.
        public let item: StatusItem
        /// The number; nil where the server sent something else, kept in `value`.
        public var number: UInt64? { value.number }
        /// The value as sent.
        public let value: IMAP4Value

        package init(_ item: StatusItem, _ value: IMAP4Value) {
            self.item = item
            self.value = value
        }
    }

    package init(name: MailboxName, items: [Item]) {
        self.name = name
        self.items = items
    }

    /// The number of `item`; nil where the server did not tell.
    public subscript(item: StatusItem) -> UInt64? { items.first { $0.item == item }?.number }
}
