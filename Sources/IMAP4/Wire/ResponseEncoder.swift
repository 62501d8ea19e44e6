internal import Octets

extension IMAP4Response {
    /// The response as a server would send it, its line end included (RFC 3501 §9).
    ///
    /// Reading these octets gives an equal value. Strings are quoted where they can be, else literals; what was read
    /// of a form the grammar does not have, such as two spaces for one, comes out as the grammar has it.
    public var encoded: [UInt8] {
        var encoder = ResponseEncoder()
        encoder.response(self)
        return encoder.octets
    }
}

/// Writes responses; each method is a rule of the grammar under its name.
struct ResponseEncoder {
    private(set) var octets: [UInt8] = []

    mutating func append(_ text: String) {
        octets.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: IMAP4Text) {
        octets.append(contentsOf: text.octets)
    }

    mutating func response(_ response: IMAP4Response) {
        switch response {
        case .tagged(let tag, let reply):
            append("\(tag) ")
            self.reply(reply)
        case .continuation(let text):
            append("+ ")
            append(text)
        case .untagged(let data):
            append("* ")
            untagged(data)
        }
        append("\r\n")
    }

    private mutating func untagged(_ data: UntaggedResponse) {
        switch data {
        case .reply(let reply): self.reply(reply)
        case .capability(let names): append("CAPABILITY \(words(names))")
        case .enabled(let names): append("ENABLED \(words(names))")
        case .flags(let flags): append("FLAGS (\(words(flags)))")
        case .list(let listing):
            append("LIST ")
            mailboxList(listing)
        case .subscribed(let listing):
            append("LSUB ")
            mailboxList(listing)
        case .search(let numbers): append(numbers.isEmpty ? "SEARCH" : "SEARCH \(words(numbers))")
        case .extendedSearch(let result): esearchResponse(result)
        case .status(let status):
            append("STATUS ")
            string(IMAP4Text(octets: status.name.octets))
            append(" ")
            list(status.items) { encoder, item in
                encoder.append("\(item.item.rawName) ")
                encoder.value(item.value)
            }
        case .exists(let count): append("\(count) EXISTS")
        case .recent(let count): append("\(count) RECENT")
        case .expunge(let number): append("\(number) EXPUNGE")
        case .fetch(let number, let attributes):
            append("\(number) FETCH ")
            list(attributes) { encoder, attribute in encoder.attribute(attribute) }
        case .other(let number, let name, let rest):
            if let number { append("\(number) ") }
            append(name)
            if !rest.isEmpty { append(" ") }
            append(rest)
        }
    }

    private func words(_ values: [some CustomStringConvertible]) -> String {
        values.map(\.description).joined(separator: " ")
    }

    private mutating func esearchResponse(_ result: ExtendedSearchResult) {
        append("ESEARCH")
        if let tag = result.tag {
            append(" (TAG ")
            string(tag)
            append(")")
        }
        if result.usesUIDs { append(" UID") }
        for item in result.items {
            append(" \(item.name) ")
            value(item.value)
        }
    }

    private mutating func mailboxList(_ listing: MailboxListing) {
        append("(\(words(listing.attributes))) ")
        if let delimiter = listing.delimiter { string(IMAP4Text(String(delimiter))) } else { append("NIL") }
        append(" ")
        string(IMAP4Text(octets: listing.name.octets))
        guard !listing.extendedData.isEmpty else { return }
        append(" ")
        value(.list(listing.extendedData))
    }

    private mutating func reply(_ reply: IMAP4Reply) {
        append("\(reply.status.rawValue) ")
        if let code = reply.code {
            responseCode(code)
            append(" ")
        }
        append(reply.text)
    }

    private mutating func responseCode(_ code: IMAP4ResponseCode) {
        append("[")
        switch code {
        case .badCharset(let names) where !names.isEmpty:
            append("BADCHARSET ")
            list(names) { encoder, name in encoder.string(name) }
        case .other(let name, let data):
            append(name)
            append(" ")
            append(data)
        case .capability(let names): append("CAPABILITY \(words(names.map(\.rawName)))")
        case .permanentFlags(let flags): append("PERMANENTFLAGS (\(words(flags)))")
        default: append(code.description)
        }
        append("]")
    }

    // MARK: Shapes

    /// `nstring` (RFC 3501 §9).
    mutating func nstring(_ text: IMAP4Text?) {
        if let text { string(text) } else { append("NIL") }
    }

    /// `string = quoted / literal` (RFC 3501 §9).
    mutating func string(_ text: IMAP4Text) {
        guard text.octets.count <= 1024, !text.octets.contains(where: { $0 == ASCII.cr || $0 == ASCII.lf || $0 == 0 })
        else {
            append("{\(text.octets.count)}\r\n")
            return append(text)
        }
        octets.append(ASCII.quote)
        for octet in text.octets {
            if octet == ASCII.quote || octet == ASCII.backslash { octets.append(ASCII.backslash) }
            octets.append(octet)
        }
        octets.append(ASCII.quote)
    }

    mutating func value(_ value: IMAP4Value) {
        switch value {
        case .nil: append("NIL")
        case .atom(let text): append(text)
        case .string(let text): string(text)
        case .list(let values): list(values) { encoder, value in encoder.value(value) }
        }
    }

    mutating func list<Element>(_ elements: [Element], _ write: (inout ResponseEncoder, Element) -> Void) {
        append("(")
        for (index, element) in elements.enumerated() {
            if index > 0 { append(" ") }
            write(&self, element)
        }
        append(")")
    }
}
