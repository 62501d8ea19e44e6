internal import IMAP4

extension IMAP4FixtureAdapter {
    /// The items of a FETCH, each with a space in front.
    static func describe(_ attributes: [MessageAttribute]) -> String {
        attributes.map { " \(describe($0))" }.joined()
    }

    private static func describe(_ attribute: MessageAttribute) -> String {
        switch attribute {
        case .uid(let uid): "uid=\(uid)"
        case .flags(let flags): "flags=(\(flags.map(\.description).joined(separator: " ")))"
        case .internalDate(let date):
            "internaldate=\(quoted(date.raw)) seconds=\(date.dateTime.map { "\($0.secondsSince1970)" } ?? "nil")"
        case .size(let size): "size=\(size)"
        case .envelope(let envelope): "envelope={\(describe(envelope))}"
        case .bodyStructure(let structure): "bodystructure=\(describe(structure))"
        case .body(let structure): "body=\(describe(structure))"
        case .content(let content, let octets): "\(content)=\(quoted(octets))"
        case .binarySize(let part, let size):
            "BINARY.SIZE[\(part.map { String($0) }.joined(separator: "."))]=\(size)"
        case .other(let name, let value): "\(name)=\(describe(value))"
        }
    }

    private static func describe(_ envelope: IMAP4Envelope) -> String {
        [
            "date=\(quoted(envelope.date))", "subject=\(quoted(envelope.subject))",
            "from=\(describe(envelope.from))", "sender=\(describe(envelope.sender))",
            "reply-to=\(describe(envelope.replyTo))", "to=\(describe(envelope.to))", "cc=\(describe(envelope.cc))",
            "bcc=\(describe(envelope.bcc))", "in-reply-to=\(quoted(envelope.inReplyTo))",
            "message-id=\(quoted(envelope.messageID))",
        ].joined(separator: " ")
    }

    private static func describe(_ addresses: [IMAP4Address]) -> String {
        let shown = addresses.map { address -> String in
            switch address.role {
            case .address:
                let route = address.route.map { " route=\(quoted($0))" } ?? ""
                return "\(quoted(address.name)) <\(address.address ?? "")>\(route)"
            case .groupStart: return "group \(quoted(address.mailbox))"
            case .groupEnd: return "end"
            }
        }
        return "[\(shown.joined(separator: ", "))]"
    }

    private static func describe(_ structure: BodyStructure) -> String {
        switch structure {
        case .multipart(let multipart):
            let parts = multipart.parts.map { describe($0) }.joined(separator: " ")
            let parameters = multipart.parameters.map { describe($0) } ?? ""
            return "\(structure.mediaType){\(parts)\(parameters)\(describe(multipart.extensions))}"
        case .part(let part):
            var words = [structure.mediaType]
            words.append("size=\(part.size.map { "\($0)" } ?? "nil")")
            words.append("encoding=\(quoted(part.encoding))")
            if let lines = part.lines { words.append("lines=\(lines)") }
            if let id = part.id { words.append("id=\(quoted(id))") }
            if let text = part.contentDescription { words.append("description=\(quoted(text))") }
            if let md5 = part.md5 { words.append("md5=\(quoted(md5))") }
            var text = words.joined(separator: " ") + describe(part.parameters) + describe(part.extensions)
            if let message = part.message {
                text += " envelope={\(describe(message.envelope))} message=\(describe(message.structure))"
            }
            return "<\(text)>"
        }
    }

    private static func describe(_ parameters: [BodyParameter]) -> String {
        parameters.map { " \($0.name)=\(quoted($0.value))" }.joined()
    }

    private static func describe(_ extensions: BodyExtensions) -> String {
        var text = ""
        if let disposition = extensions.disposition {
            text += " disposition=\(quoted(disposition.type))\(describe(disposition.parameters))"
        }
        if !extensions.languages.isEmpty {
            text += " languages=(\(extensions.languages.map { quoted($0) }.joined(separator: " ")))"
        }
        if let location = extensions.location { text += " location=\(quoted(location))" }
        return text + extensions.others.map { " extension=\(describe($0))" }.joined()
    }
}
