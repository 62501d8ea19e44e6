/// The header of a message as the server read it (ENVELOPE, RFC 3501 §7.4.2); every text is as the server sent it.
public struct IMAP4Envelope: Sendable, Hashable {
    /// The Date field, as it stands in the header.
    public var date: IMAP4Text?
    /// The Subject field, encoded words not undone.
    public var subject: IMAP4Text?
    /// The From field.
    public var from: [IMAP4Address]
    /// The Sender field, or From where there is none.
    public var sender: [IMAP4Address]
    /// The Reply-To field, or From where there is none.
    public var replyTo: [IMAP4Address]
    /// The To field.
    public var to: [IMAP4Address]
    /// The Cc field.
    public var cc: [IMAP4Address]
    /// The Bcc field.
    public var bcc: [IMAP4Address]
    /// The In-Reply-To field.
    public var inReplyTo: IMAP4Text?
    /// The Message-ID field with its angle brackets.
    public var messageID: IMAP4Text?

    package init(
        date: IMAP4Text? = nil, subject: IMAP4Text? = nil, from: [IMAP4Address] = [], sender: [IMAP4Address] = [],
        replyTo: [IMAP4Address] = [], to: [IMAP4Address] = [], cc: [IMAP4Address] = [], bcc: [IMAP4Address] = [],
        inReplyTo: IMAP4Text? = nil, messageID: IMAP4Text? = nil
    ) {
        self.date = date
        self.subject = subject
        self.from = from
        self.sender = sender
        self.replyTo = replyTo
        self.to = to
        self.cc = cc
        self.bcc = bcc
        self.inReplyTo = inReplyTo
        self.messageID = messageID
    }
}

/// An address of an ENVELOPE (RFC 3501 §7.4.2), also the start or end of a group.
public struct IMAP4Address: Sendable, Hashable {
    /// The display name, encoded words not undone.
    public var name: IMAP4Text?
    /// The source route of old; nil in mail of today.
    public var route: IMAP4Text?
    /// The local part, or the name of a group that starts; nil where a group ends.
    public var mailbox: IMAP4Text?
    /// The domain; nil where a group starts or ends.
    public var host: IMAP4Text?

    package init(name: IMAP4Text?, route: IMAP4Text?, mailbox: IMAP4Text?, host: IMAP4Text?) {
        self.name = name
        self.route = route
        self.mailbox = mailbox
        self.host = host
    }

    /// What this entry is.
    public enum Role: Sendable, Hashable {
        /// An address.
        case address
        /// The start of a group; its name is in `mailbox`.
        case groupStart
        /// The end of a group.
        case groupEnd
    }

    /// Whether this is an address or the edge of a group.
    public var role: Role { host != nil ? .address : mailbox != nil ? .groupStart : .groupEnd }

    /// `local@domain` for people to read; nil where a group starts or ends.
    public var address: String? {
        guard let mailbox, let host else { return nil }
        return "\(mailbox.string)@\(host.string)"
    }
}
