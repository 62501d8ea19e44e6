/// A mailbox as LIST tells of it (RFC 3501 §7.2.2, RFC 9051 §7.3.1).
public struct MailboxListing: Sendable, Hashable {
    /// What the server says about the mailbox, in its order.
    public let attributes: [MailboxAttribute]
    /// The character between the levels of the name; nil where names have no levels.
    public let delimiter: Character?
    /// The mailbox.
    public let name: MailboxName
    /// The extended data of RFC 5258, as pairs of a name and its value.
    public let extendedData: [IMAP4Value]

    package init(
        attributes: [MailboxAttribute], delimiter: Character?, name: MailboxName, extendedData: [IMAP4Value] = []
    ) {
        self.attributes = attributes
        self.delimiter = delimiter
        self.name = name
        self.extendedData = extendedData
    }
}

/// A mailbox attribute of LIST, such as `\Noselect` or `\Trash`, compared without case.
public struct MailboxAttribute: Sendable, Hashable, CustomStringConvertible {
    /// The attribute as the server wrote it, with its backslash.
    public let rawName: String

    /// The attribute in lower case: what is compared.
    public let canonicalName: String

    /// An attribute as written.
    public init(_ rawName: String) {
        self.rawName = rawName
        canonicalName = rawName.lowercased()
    }

    /// The mailbox cannot be selected.
    public static let noSelect = MailboxAttribute(#"\Noselect"#)
    /// The mailbox cannot have mailboxes below it.
    public static let noInferiors = MailboxAttribute(#"\Noinferiors"#)
    /// The name is of no mailbox (RFC 9051 §7.3.1).
    public static let nonExistent = MailboxAttribute(#"\NonExistent"#)
    /// Mailboxes stand below this one.
    public static let hasChildren = MailboxAttribute(#"\HasChildren"#)
    /// No mailbox stands below this one.
    public static let hasNoChildren = MailboxAttribute(#"\HasNoChildren"#)
    /// Where removed messages go (RFC 6154).
    public static let trash = MailboxAttribute(#"\Trash"#)
    /// Where sent messages are kept (RFC 6154).
    public static let sent = MailboxAttribute(#"\Sent"#)
    /// Where drafts are kept (RFC 6154).
    public static let drafts = MailboxAttribute(#"\Drafts"#)
    /// Where junk goes (RFC 6154).
    public static let junk = MailboxAttribute(#"\Junk"#)

    /// The attribute as the server wrote it.
    public var description: String { rawName }

    /// Equal where the canonical names are.
    public static func == (first: MailboxAttribute, second: MailboxAttribute) -> Bool {
        first.canonicalName == second.canonicalName
    }

    /// Hashes the canonical name.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}
