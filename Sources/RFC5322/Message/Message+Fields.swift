extension Message {
    /// The Subject field's text with each run of white space as one space; nil where there is none.
    public var subject: String? { header[.subject].map { $0.text.collapsingSpace } }

    /// The mailboxes of the From fields (RFC 5322 §3.6.2).
    public var from: [MailboxAddress] { addresses(.from).mailboxes }

    /// The mailbox of the Sender field (RFC 5322 §3.6.2).
    public var sender: MailboxAddress? { addresses(.sender).mailboxes.first }

    /// The addresses of the Reply-To fields (RFC 5322 §3.6.2).
    public var replyTo: [Address] { addresses(.replyTo) }

    /// The addresses of the To fields (RFC 5322 §3.6.3).
    public var to: [Address] { addresses(.to) }

    /// The addresses of the Cc fields (RFC 5322 §3.6.3).
    public var cc: [Address] { addresses(.cc) }

    /// The addresses of the Bcc fields (RFC 5322 §3.6.3).
    public var bcc: [Address] { addresses(.bcc) }

    /// The time of the Date field (RFC 5322 §3.6.1); nil where there is none to be understood.
    public var date: DateTime? { header[.date].flatMap { $0.readDateTime().value } }

    /// The Message-ID field (RFC 5322 §3.6.4).
    public var messageID: MessageID? { header[.messageID].flatMap { $0.readMessageIDs().value.first } }

    /// The identifiers of the In-Reply-To field (RFC 5322 §3.6.4).
    public var inReplyTo: [MessageID] { header[.inReplyTo].map { $0.readMessageIDs().value } ?? [] }

    /// The identifiers of the References field (RFC 5322 §3.6.4), the first message of the thread first.
    public var references: [MessageID] { header[.references].map { $0.readMessageIDs().value } ?? [] }

    /// The addresses of all fields named `name`, in order.
    public func addresses(_ name: HeaderFieldName) -> [Address] {
        header.all(name).flatMap { $0.readAddresses().value }
    }
}

extension String {
    /// This text with each run of ASCII white space and line ends as one space, and none at its ends.
    var collapsingSpace: String {
        var result: [UInt8] = []
        result.reserveCapacity(utf8.count)
        for octet in utf8 {
            guard octet.isLinearSpace else {
                result.append(octet)
                continue
            }
            if let last = result.last, last != 0x20 { result.append(0x20) }
        }
        if result.last == 0x20 { result.removeLast() }
        return String(decoding: result, as: UTF8.self)
    }
}
