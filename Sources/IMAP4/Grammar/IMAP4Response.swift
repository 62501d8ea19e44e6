/// One response of a server, from its first octet to the end of its last line (RFC 3501 §7).
public enum IMAP4Response: Sendable, Hashable {
    /// A command is done.
    case tagged(IMAP4Tag, IMAP4Reply)
    /// Data that the server may send at any time.
    case untagged(UntaggedResponse)
    /// The server waits for more of a command (RFC 3501 §7.5): the text behind `+`, a Base64 challenge in a SASL
    /// exchange.
    case continuation(IMAP4Text)
}

/// What stands behind `*` (`response-data` of RFC 3501 §9).
public enum UntaggedResponse: Sendable, Hashable {
    /// OK, NO, BAD, PREAUTH or BYE.
    case reply(IMAP4Reply)
    /// What the server can do.
    case capability([IMAP4Capability])
    /// Capabilities that ENABLE has switched on (RFC 5161).
    case enabled([IMAP4Capability])
    /// The flags of the selected mailbox.
    case flags([Flag])
    /// A mailbox.
    case list(MailboxListing)
    /// A subscribed mailbox (RFC 3501 only).
    case subscribed(MailboxListing)
    /// Numbers of messages that a SEARCH found; sequence numbers or UIDs as the command asked.
    case search([UInt32])
    /// What a SEARCH found, in the form of RFC 4731.
    case extendedSearch(ExtendedSearchResult)
    /// Numbers of a mailbox.
    case status(MailboxStatus)
    /// How many messages the selected mailbox has.
    case exists(UInt32)
    /// How many messages no session was told of before (RFC 3501 only).
    case recent(UInt32)
    /// A message is gone; those behind it move up.
    case expunge(SequenceNumber)
    /// Data of a message.
    case fetch(SequenceNumber, [MessageAttribute])
    /// A response this version does not know: its number, its name, and all that follows.
    case other(number: UInt32?, name: IMAP4Text, IMAP4Text)
}

/// An ESEARCH response (RFC 4731 §3.1, RFC 9051 §7.3.4).
public struct ExtendedSearchResult: Sendable, Hashable {
    /// The tag of the command this answers.
    public let tag: IMAP4Text?
    /// Whether numbers are UIDs.
    public let usesUIDs: Bool
    /// The returned data: names in upper case, with their values.
    public let items: [Item]

    /// One returned item.
    public struct Item: Sendable, Hashable {
        /// `MIN`, `MAX`, `ALL`, `COUNT` or the name of an extension, upper case.
        public let name: String
        /// The value.
        public let value: IMAP4Value

        package init(name: String, value: IMAP4Value) {
            self.name = name
            self.value = value
        }
    }

    package init(tag: IMAP4Text?, usesUIDs: Bool, items: [Item]) {
        self.tag = tag
        self.usesUIDs = usesUIDs
        self.items = items
    }

    /// The value of `name`, which is upper case.
    package func value(_ name: String) -> IMAP4Value? { items.first { $0.name == name }?.value }
}
