internal import Octets

extension CommandEncoder {
    /// `search-program = ["CHARSET" SP charset SP] search-key *(SP search-key)` (RFC 9051 §9).
    ///
    /// The charset is named only where a text is not US-ASCII: some servers refuse any CHARSET.
    mutating func searchProgram(_ keys: [SearchKey]) throws(IMAP4Error) {
        guard !keys.isEmpty else { throw .invalidArgument("UID SEARCH", "no criterion") }
        guard keys.allSatisfy({ $0.depth(atMost: 100) }) else {
            throw .invalidArgument("UID SEARCH", "criteria nested more than 100 deep")
        }
        if keys.contains(where: \.needsCharset) { append(" CHARSET UTF-8") }
        for key in keys { try searchKey(key) }
    }

    /// `SP search-key` (RFC 3501 §9).
    private mutating func searchKey(_ key: SearchKey) throws(IMAP4Error) {
        switch key {
        case .all: append(" ALL")
        case .flag(let flag): try flagKey(flag, negated: false)
        case .noFlag(let flag): try flagKey(flag, negated: true)
        case .from(let text): try textKey("FROM", text)
        case .to(let text): try textKey("TO", text)
        case .cc(let text): try textKey("CC", text)
        case .bcc(let text): try textKey("BCC", text)
        case .subject(let text): try textKey("SUBJECT", text)
        case .body(let text): try textKey("BODY", text)
        case .text(let text): try textKey("TEXT", text)
        case .header(let name, let text):
            append(" HEADER")
            try astring(Array(name.utf8), "header field name")
            try string(text, "search text")
        case .before(let date): append(" BEFORE \(date)")
        case .on(let date): append(" ON \(date)")
        case .since(let date): append(" SINCE \(date)")
        case .sentBefore(let date): append(" SENTBEFORE \(date)")
        case .sentOn(let date): append(" SENTON \(date)")
        case .sentSince(let date): append(" SENTSINCE \(date)")
        case .larger(let size): append(" LARGER \(size)")
        case .smaller(let size): append(" SMALLER \(size)")
        case .uid(let uids):
            append(" UID")
            try set(uids)
        case .sequence(let numbers): try set(numbers)
        case .not(let key):
            append(" NOT")
            try searchKey(key)
        case .or(let first, let second):
            append(" OR")
            try searchKey(first)
            try searchKey(second)
        case .and(let keys): try allKeys(keys)
        }
    }

    /// `"(" search-key *(SP search-key) ")"` (RFC 3501 §9).
    private mutating func allKeys(_ keys: [SearchKey]) throws(IMAP4Error) {
        guard !keys.isEmpty else { throw .invalidArgument("UID SEARCH", "no criterion in a list") }
        // Every key writes its own space in front; ALL gives the first one something to stand behind.
        append(" (ALL")
        for key in keys { try searchKey(key) }
        append(")")
    }

    private mutating func textKey(_ word: String, _ text: String) throws(IMAP4Error) {
        append(" \(word)")
        try string(text, "search text")
    }

    private mutating func flagKey(_ flag: Flag, negated: Bool) throws(IMAP4Error) {
        let word: String? =
            switch flag {
            case .seen: "SEEN"
            case .answered: "ANSWERED"
            case .flagged: "FLAGGED"
            case .deleted: "DELETED"
            case .draft: "DRAFT"
            case .recent: nil
            default: nil
            }
        if let word {
            append(negated ? " UN\(word)" : " \(word)")
        } else if flag == .recent {
            append(negated ? " NOT RECENT" : " RECENT")
        } else {
            append(negated ? " UNKEYWORD" : " KEYWORD")
            try atom(flag.rawName, "keyword")
        }
    }
}

extension SearchKey {
    /// Whether a text in it is not US-ASCII.
    fileprivate var needsCharset: Bool {
        switch self {
        case .from(let text), .to(let text), .cc(let text), .bcc(let text), .subject(let text), .body(let text),
            .text(let text), .header(_, let text):
            !text.utf8.allSatisfy { $0 < 0x80 }
        case .not(let key): key.needsCharset
        case .or(let first, let second): first.needsCharset || second.needsCharset
        case .and(let keys): keys.contains(where: \.needsCharset)
        default: false
        }
    }

    /// Whether it is nested no deeper than `levels`.
    fileprivate func depth(atMost levels: Int) -> Bool {
        guard levels > 0 else { return false }
        return switch self {
        case .not(let key): key.depth(atMost: levels - 1)
        case .or(let first, let second): first.depth(atMost: levels - 1) && second.depth(atMost: levels - 1)
        case .and(let keys): keys.allSatisfy { $0.depth(atMost: levels - 1) }
        default: true
        }
    }
}
