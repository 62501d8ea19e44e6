internal import Octets

extension IMAP4Command.Kind {
    /// The command's octets, where it is one that has its arguments with it; AUTHENTICATE, DONE and parts of a
    /// message are not.
    func encoded(tag: IMAP4Tag, capabilities: Set<IMAP4Capability>) throws(IMAP4Error) -> EncodedCommand {
        var encoder = CommandEncoder(tag: tag, verb: verb, literals: LiteralSupport(capabilities))
        switch self {
        case .capability, .noop, .logout, .startTLS, .close, .unselect, .expunge, .idle: break
        case .authenticate, .appendOctets, .done:
            throw .stateViolation(verb, "not a command by itself")
        case .login(let user, let password):
            try encoder.string(user, "user name")
            try encoder.secret(password, "password")
        case .list(let reference, let pattern):
            try encoder.quotedOrLiteral(reference.octets, "reference")
            try encoder.quotedOrLiteral(pattern, "pattern")
        case .create(let name): try encoder.mailbox(name)
        case .select(let name, _): try encoder.mailbox(name)
        case .status(let name, let items):
            guard !items.isEmpty else { throw .invalidArgument(verb, "no item to ask for") }
            try encoder.mailbox(name)
            for item in items where !item.rawName.isAtom {
                throw .invalidArgument(verb, "\(item.rawName.escapedForDisplay) is no status item")
            }
            encoder.append(" (\(items.map(\.rawName).joined(separator: " ")))")
        case .append(let name, let flags, let date, let size):
            try encoder.mailbox(name)
            if !flags.isEmpty { try encoder.flagList(flags) }
            if let date { encoder.append(" \"\(date)\"") }
            try encoder.message(size: size)
            return encoder.unfinished()
        case .fetch(let uids, let items):
            try encoder.set(uids)
            try encoder.fetchItems(items)
        case .search(let keys):
            // A set says in a few octets what would be a line of megabytes for a large mailbox (RFC 4731).
            if capabilities.offers(.extendedSearch) { encoder.append(" RETURN (ALL)") }
            try encoder.searchProgram(keys)
        case .store(let uids, let change, let silently):
            try encoder.set(uids)
            encoder.append(" \(change.mode.rawValue)\(silently ? ".SILENT" : "")")
            try encoder.flagList(change.flags)
        case .copy(let uids, let name), .move(let uids, let name):
            try encoder.set(uids)
            try encoder.mailbox(name)
        case .expungeUIDs(let uids): try encoder.set(uids)
        }
        return encoder.finished()
    }
}

extension CommandEncoder {
    /// Adds a space and a string in quotes, or as literal where it must be; wildcards are no atom.
    fileprivate mutating func quotedOrLiteral(_ octets: [UInt8], _ what: String) throws(IMAP4Error) {
        append(" ")
        try plainString(octets, what)
    }

    /// `fetch-att / "(" fetch-att *(SP fetch-att) ")"` (RFC 3501 §9), in the caller's order, the UID first.
    fileprivate mutating func fetchItems(_ items: [FetchItem]) throws(IMAP4Error) {
        append(" (UID")
        for item in items where item != .uid {
            switch item {
            case .uid: break
            case .flags: append(" FLAGS")
            case .internalDate: append(" INTERNALDATE")
            case .size: append(" RFC822.SIZE")
            case .envelope: append(" ENVELOPE")
            case .bodyStructure: append(" BODYSTRUCTURE")
            case .body(let section, let range): try body(" BODY", section, range)
            case .bodyPeek(let section, let range): try body(" BODY.PEEK", section, range)
            case .other(let name): try atom(name, "data item")
            }
        }
        append(")")
    }

    private mutating func body(
        _ name: String, _ section: BodySection, _ range: FetchItem.OctetRange?
    ) throws(IMAP4Error) {
        if let literal = section.invalidLiteral {
            throw .invalidArgument("UID FETCH", "\(literal.escapedForDisplay) is no section")
        }
        guard section.part.allSatisfy({ $0 > 0 }), section.text != .mime || !section.part.isEmpty else {
            throw .invalidArgument("UID FETCH", "\(section) is no section")
        }
        append("\(name)[\(section.part.map { String($0) }.joined(separator: "."))")
        let separator = section.part.isEmpty ? "" : "."
        switch section.text {
        case .content: break
        case .header: append("\(separator)HEADER")
        case .text: append("\(separator)TEXT")
        case .mime: append("\(separator)MIME")
        case .headerFields(let names): try headerList("\(separator)HEADER.FIELDS", names)
        case .headerFieldsNot(let names): try headerList("\(separator)HEADER.FIELDS.NOT", names)
        }
        append("]")
        guard let range else { return }
        guard range.count > 0, range.offset <= UInt64(Int64.max), range.count <= UInt64(Int64.max) else {
            throw .invalidArgument("UID FETCH", "an empty range of octets, or one beyond 2^63-1")
        }
        append("<\(range.offset).\(range.count)>")
    }

    /// `header-list = "(" header-fld-name *(SP header-fld-name) ")"` (RFC 3501 §9); names are those of RFC 5322 §2.2.
    private mutating func headerList(_ word: String, _ names: [String]) throws(IMAP4Error) {
        guard !names.isEmpty else { throw .invalidArgument("UID FETCH", "no header field is named") }
        append("\(word) (")
        for (index, name) in names.enumerated() {
            guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3A }) else {
                throw .invalidArgument("UID FETCH", "\(name.escapedForDisplay) is no header field name")
            }
            if index > 0 { append(" ") }
            if name.utf8.allSatisfy(\.isAStringCharacter) {
                append(name)
            } else {
                try plainString(Array(name.utf8), "name")
            }
        }
        append(")")
    }
}
