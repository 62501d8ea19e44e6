internal import Octets

extension FieldWriter {
    /// A field that holds a `mailbox-list` (RFC 5322 §3.4).
    mutating func write(_ name: HeaderFieldName, _ mailboxes: [MailboxAddress]) throws(RFC5322Error) {
        try write(name, mailboxes.map { Address.mailbox($0) })
    }

    /// A field that holds an `address-list` (RFC 5322 §3.4); nothing where the list is empty.
    ///
    /// - Throws: `invalidAddress` for an address that was read and is none.
    mutating func write(_ name: HeaderFieldName, _ addresses: [Address]) throws(RFC5322Error) {
        guard !addresses.isEmpty else { return }
        guard !addresses.holdsMalformed else {
            throw RFC5322Error(.invalidAddress, field: name, "the \(name) field holds something that is no address")
        }
        begin(name)
        for (index, address) in addresses.enumerated() {
            let comma = index == addresses.count - 1 ? "" : ","
            switch address {
            case .mailbox(let mailbox): append(mailbox, suffix: comma)
            case .group(let group): append(group, suffix: comma)
            case .malformed: break
            }
        }
        try end()
    }

    private mutating func append(_ mailbox: MailboxAddress, suffix: String) {
        guard let displayName = mailbox.displayName else { return appendSpec(mailbox.address, "", suffix) }
        appendPhrase(displayName)
        appendSpec(mailbox.address, "<", ">" + suffix)
    }

    private mutating func append(_ group: AddressGroup, suffix: String) {
        let members = group.members.mailboxes
        appendPhrase(group.displayName, suffix: members.isEmpty ? ":;" + suffix : ":")
        for (index, member) in members.enumerated() {
            append(member, suffix: index == members.count - 1 ? ";" + suffix : ",")
        }
    }

    private mutating func appendSpec(_ address: AddressSpecification, _ prefix: String, _ suffix: String) {
        append(prefix + address.description + suffix)
    }

    /// A field that holds `1*msg-id` (RFC 5322 §3.6.4); nothing where there is none.
    mutating func write(_ name: HeaderFieldName, _ identifiers: [MessageID]) throws(RFC5322Error) {
        guard !identifiers.isEmpty else { return }
        begin(name)
        for identifier in identifiers { append(identifier.description) }
        try end()
    }

    /// A field that holds unstructured text (RFC 5322 §3.6.5).
    ///
    /// - Throws: `forbiddenCharacter` for CR, LF or NUL.
    mutating func write(_ name: HeaderFieldName, text: String) throws(RFC5322Error) {
        try text.checkForBreaks(in: name)
        begin(name, mayFoldFirst: false)
        if !text.isEmpty { appendUnstructured(text) }
        try end()
    }

    /// A field whose value is one token.
    mutating func write(_ name: HeaderFieldName, token: String) throws(RFC5322Error) {
        begin(name)
        for word in token.split(separator: " ") { append(String(word)) }
        try end()
    }
}

extension String {
    /// - Throws: `forbiddenCharacter` where this text holds CR, LF or NUL, with which it could begin a field of its own.
    func checkForBreaks(in field: HeaderFieldName? = nil) throws(RFC5322Error) {
        guard utf8.contains(where: { $0 == ASCII.cr || $0 == ASCII.lf || $0 == 0 }) else { return }
        throw RFC5322Error(
            .forbiddenCharacter, field: field,
            "\(field?.description ?? "a value") cannot hold CR, LF or NUL: \"\(String(prefix(40)).escapedForDisplay)\"")
    }
}
