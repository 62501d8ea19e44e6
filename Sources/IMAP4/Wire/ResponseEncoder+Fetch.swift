internal import Octets

extension ResponseEncoder {
    /// An item of `msg-att` (RFC 3501 §9).
    mutating func attribute(_ attribute: MessageAttribute) {
        switch attribute {
        case .uid(let uid): append("UID \(uid)")
        case .flags(let flags):
            append("FLAGS ")
            list(flags) { encoder, flag in encoder.append(flag.rawName) }
        case .internalDate(let date):
            append("INTERNALDATE ")
            string(date.raw)
        case .size(let size): append("RFC822.SIZE \(size)")
        case .envelope(let envelope):
            append("ENVELOPE ")
            self.envelope(envelope)
        case .bodyStructure(let structure):
            append("BODYSTRUCTURE ")
            body(structure)
        case .body(let structure):
            append("BODY ")
            body(structure)
        case .content(let content, let octets):
            self.content(content)
            append(" ")
            if case .binary = content.source, octets?.octets.contains(0) == true {
                // literal8 (RFC 3516 §7): NUL is allowed here alone.
                append("~")
            }
            nstring(octets)
        case .binarySize(let part, let size):
            append("BINARY.SIZE[\(part.map { String($0) }.joined(separator: "."))] \(size)")
        case .other(let name, let value):
            append(name)
            append(" ")
            self.value(value)
        }
    }

    private mutating func content(_ content: MessageContent) {
        guard case .body(let section) = content.source else { return append(content.description) }
        append("BODY[\(section.part.map { String($0) }.joined(separator: "."))")
        let separator = section.part.isEmpty ? "" : "."
        switch section.text {
        case .content: break
        case .header: append("\(separator)HEADER")
        case .text: append("\(separator)TEXT")
        case .mime: append("\(separator)MIME")
        case .headerFields(let names): headerList("\(separator)HEADER.FIELDS ", names)
        case .headerFieldsNot(let names): headerList("\(separator)HEADER.FIELDS.NOT ", names)
        }
        append("]")
        if let origin = content.origin { append("<\(origin)>") }
    }

    private mutating func headerList(_ word: String, _ names: [String]) {
        append(word)
        list(names) { encoder, name in
            if name.isAtom { encoder.append(name) } else { encoder.string(IMAP4Text(name)) }
        }
    }

    private mutating func envelope(_ envelope: IMAP4Envelope) {
        append("(")
        nstring(envelope.date)
        append(" ")
        nstring(envelope.subject)
        for group in [envelope.from, envelope.sender, envelope.replyTo, envelope.to, envelope.cc, envelope.bcc] {
            append(" ")
            addresses(group)
        }
        append(" ")
        nstring(envelope.inReplyTo)
        append(" ")
        nstring(envelope.messageID)
        append(")")
    }

    private mutating func addresses(_ addresses: [IMAP4Address]) {
        guard !addresses.isEmpty else { return append("NIL") }
        append("(")
        for address in addresses {
            list([address.name, address.route, address.mailbox, address.host]) { encoder, text in encoder.nstring(text)
            }
        }
        append(")")
    }

    // MARK: BODYSTRUCTURE

    private mutating func body(_ structure: BodyStructure) {
        append("(")
        switch structure {
        case .multipart(let multipart): body(multipart)
        case .part(let part): body(part)
        }
        append(")")
    }

    private mutating func body(_ multipart: MultipartBody) {
        for part in multipart.parts { body(part) }
        append(" ")
        string(multipart.subtype)
        guard let parameters = multipart.parameters else { return }
        append(" ")
        self.parameters(parameters)
        extensions(multipart.extensions)
    }

    private mutating func body(_ part: BodyPart) {
        string(part.type)
        append(" ")
        string(part.subtype)
        append(" ")
        parameters(part.parameters)
        for text in [part.id, part.contentDescription, part.encoding] {
            append(" ")
            nstring(text)
        }
        append(" \(number(part.size))")
        if let message = part.message {
            append(" ")
            envelope(message.envelope)
            append(" ")
            body(message.structure)
            append(" \(number(part.lines))")
        } else if part.type.equalsIgnoringCase("TEXT") {
            append(" \(number(part.lines))")
        }
        guard part.hasExtensions else { return }
        append(" ")
        nstring(part.md5)
        extensions(part.extensions)
    }

    private func number(_ number: UInt64?) -> String { number.map { String($0) } ?? "NIL" }

    private mutating func parameters(_ parameters: [BodyParameter]) {
        guard !parameters.isEmpty else { return append("NIL") }
        list(parameters) { encoder, parameter in
            encoder.string(parameter.name)
            encoder.append(" ")
            encoder.string(parameter.value)
        }
    }

    private mutating func extensions(_ extensions: BodyExtensions) {
        guard extensions.count > 0 else { return }
        append(" ")
        if let disposition = extensions.disposition {
            append("(")
            string(disposition.type)
            append(" ")
            parameters(disposition.parameters)
            append(")")
        } else {
            append("NIL")
        }
        guard extensions.count > 1 else { return }
        append(" ")
        if extensions.languages.isEmpty {
            append("NIL")
        } else {
            list(extensions.languages) { encoder, language in encoder.string(language) }
        }
        guard extensions.count > 2 else { return }
        append(" ")
        nstring(extensions.location)
        for other in extensions.others {
            append(" ")
            value(other)
        }
    }
}
