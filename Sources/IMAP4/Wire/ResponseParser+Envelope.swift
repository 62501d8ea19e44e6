internal import Octets

extension ResponseParser {
    /// `envelope = "(" env-date SP env-subject SP … SP env-message-id ")"` (RFC 3501 §9).
    mutating func envelope() throws(ResponseFault) -> IMAP4Envelope {
        var envelope = IMAP4Envelope()
        try open("envelope")
        envelope.date = try nstring("env-date")
        try space("envelope")
        envelope.subject = try nstring("env-subject")
        try space("envelope")
        envelope.from = try addresses("env-from")
        try space("envelope")
        envelope.sender = try addresses("env-sender")
        try space("envelope")
        envelope.replyTo = try addresses("env-reply-to")
        try space("envelope")
        envelope.to = try addresses("env-to")
        try space("envelope")
        envelope.cc = try addresses("env-cc")
        try space("envelope")
        envelope.bcc = try addresses("env-bcc")
        try space("envelope")
        envelope.inReplyTo = try nstring("env-in-reply-to")
        try space("envelope")
        envelope.messageID = try nstring("env-message-id")
        try expectClose("envelope")
        return envelope
    }

    /// `"(" 1*address ")" / nil` (RFC 3501 §9); `()`, NIL among the addresses and spaces between them are passed.
    private mutating func addresses(_ rule: String) throws(ResponseFault) -> [IMAP4Address] {
        if skipNil() { return [] }
        var addresses: [IMAP4Address] = []
        try open(rule)
        while !close() {
            spaces()
            if skipNil() { continue }
            addresses.append(try address())
        }
        return addresses
    }

    /// `address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"` (RFC 3501 §9).
    private mutating func address() throws(ResponseFault) -> IMAP4Address {
        try open("address")
        let name = try nstring("addr-name")
        try space("address")
        let route = try nstring("addr-adl")
        try space("address")
        let mailbox = try nstring("addr-mailbox")
        try space("address")
        let host = try nstring("addr-host")
        try expectClose("address")
        return IMAP4Address(name: name, route: route, mailbox: mailbox, host: host)
    }
}
