package import IMAP4
internal import Octets

extension IMAP4FixtureAdapter {
    /// The event in a few words, beginning with its name; data that answers a command ends with `<- verb`.
    package static func describe(_ event: IMAP4Event) -> String? {
        switch event {
        case .greeting(let reply): "greeting \(describe(reply))"
        case .tlsEstablished: "tls established"
        case .data(let data, let handle): describe(data) + answer(handle)
        case .fetchBegan(let number, let attributes, let handle):
            "fetch \(number) begins\(describe(attributes))" + answer(handle)
        case .contentBegan(let content, let size): "content \(content) \(size) octets"
        case .contentOctets(let octets): "octets \(quoted(IMAP4Text(octets: octets)))"
        case .contentEnded: "content ends"
        case .fetchContinued(let attributes): "fetch goes on\(describe(attributes))"
        case .fetchEnded: "fetch ends"
        case .appendReady(let handle), .idling(let handle): "ready \(verb(of: handle))"
        case .completed(let handle, let reply): "completed \(verb(of: handle)) \(describe(reply))"
        case .failed(let handle, let error): "failed \(verb(of: handle)) \(describe(error))"
        }
    }

    /// Octets of a section that arrived in two pieces are one.
    package static func joined(_ earlier: String, _ later: String) -> String? {
        guard earlier.hasPrefix("octets \""), later.hasPrefix("octets \"") else { return nil }
        return "\(earlier.dropLast())\(later.dropFirst(8))"
    }

    /// Kind, verb, the reply, the rule and place of a malformed response, the limit, and whether the session goes on.
    package static func describe(_ failure: IMAP4Error) -> String {
        var words = [failure.kind.description]
        if let command = failure.command { words.append(command) }
        if let reply = failure.reply { words.append(describe(reply)) }
        if let grammar = failure.grammar { words.append("<\(grammar.rule)> at \(grammar.offset)") }
        if let limit = failure.limit { words.append("(\(limit))") }
        if let sasl = failure.sasl { words.append("(\(sasl))") }
        return words.joined(separator: " ")
    }

    private static func answer(_ handle: CommandHandle?) -> String { handle.map { " <- \(verb(of: $0))" } ?? "" }

    static func describe(_ reply: IMAP4Reply) -> String {
        let code = reply.code.map { "[\($0)] " } ?? ""
        return "\(reply.status.rawValue) \(code)\(quoted(reply.text))"
    }

    static func quoted(_ text: IMAP4Text?) -> String {
        guard let text else { return "nil" }
        // Octet by octet, so that text cut between two octets of a character reads the same when joined.
        let shown = text.octets.map { octet in
            switch octet {
            case 0x20...0x7E: String(UnicodeScalar(octet))
            default: "<\(String(octet, radix: 16, uppercase: true))>"
            }
        }
        return "\"\(shown.joined())\""
    }

    private static func describe(_ data: UntaggedResponse) -> String {
        switch data {
        case .reply(let reply): return "says \(describe(reply))"
        case .capability(let names): return "capability \(words(names))"
        case .enabled(let names): return "enabled \(words(names))"
        case .flags(let flags): return "flags (\(words(flags)))"
        case .list(let listing): return "list \(describe(listing))"
        case .subscribed(let listing): return "subscribed \(describe(listing))"
        case .search(let numbers): return "search (\(words(numbers)))"
        case .extendedSearch(let result):
            let items = result.items.map { "\($0.name)=\(describe($0.value))" }.joined(separator: " ")
            return "esearch tag=\(quoted(result.tag)) uid=\(result.usesUIDs) \(items)"
        case .status(let status):
            let items = status.items.map { "\($0.item)=\(describe($0.value))" }.joined(separator: " ")
            return "status \(quoted(IMAP4Text(octets: status.name.octets))) (\(items))"
        case .exists(let count): return "exists \(count)"
        case .recent(let count): return "recent \(count)"
        case .expunge(let number): return "expunge \(number)"
        case .fetch(let number, let attributes): return "fetch \(number)\(describe(attributes))"
        case .other(let number, let name, let rest):
            return "other \(number.map { "\($0) " } ?? "")\(name) \(quoted(rest))"
        }
    }

    private static func words(_ values: [some CustomStringConvertible]) -> String {
        values.map(\.description).joined(separator: " ")
    }

    private static func describe(_ listing: MailboxListing) -> String {
        let name = quoted(IMAP4Text(octets: listing.name.octets))
        let delimiter = quoted(listing.delimiter.map { IMAP4Text(String($0)) })
        let extended = listing.extendedData.isEmpty ? "" : " \(describe(.list(listing.extendedData)))"
        return "\(name) text=\"\(listing.name)\" delimiter=\(delimiter) (\(words(listing.attributes)))\(extended)"
    }

    static func describe(_ value: IMAP4Value) -> String {
        switch value {
        case .nil: "nil"
        case .atom(let text): text.description
        case .string(let text): quoted(text)
        case .list(let values): "(\(values.map { describe($0) }.joined(separator: " ")))"
        }
    }
}
