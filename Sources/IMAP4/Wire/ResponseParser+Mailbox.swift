internal import Octets

extension ResponseParser {
    /// `mailbox-data`, `capability-data`, `enable-data` behind their `name` (RFC 9051 §9); nil where the name is none
    /// of ours.
    mutating func mailboxData(_ name: IMAP4Text) throws(ResponseFault) -> UntaggedResponse? {
        if name.equalsIgnoringCase("SEARCH") { return .search(try searchNumbers()) }
        if name.equalsIgnoringCase("CAPABILITY") { return .capability(capabilities()) }
        if name.equalsIgnoringCase("ENABLED") { return .enabled(capabilities()) }
        if name.equalsIgnoringCase("ESEARCH") { return .extendedSearch(try esearchResponse()) }
        let isList = name.equalsIgnoringCase("LIST")
        guard
            isList || name.equalsIgnoringCase("LSUB") || name.equalsIgnoringCase("STATUS")
                || name.equalsIgnoringCase("FLAGS")
        else { return nil }
        try space("mailbox-data")
        if name.equalsIgnoringCase("FLAGS") { return .flags(try flagList()) }
        if name.equalsIgnoringCase("STATUS") { return .status(try statusData()) }
        let listing = try mailboxList()
        return isList ? .list(listing) : .subscribed(listing)
    }

    /// `flag-list = "(" [flag *(SP flag)] ")"`, with `flag-perm` and `flag-fetch` (RFC 3501 §9).
    mutating func flagList() throws(ResponseFault) -> [Flag] {
        try flagWords("flag-list").map { Flag($0) }
    }

    private mutating func flagWords(_ rule: String) throws(ResponseFault) -> [String] {
        var words: [String] = []
        try open(rule)
        while !close() {
            spaces()
            words.append(try word(rule).string)
        }
        return words
    }

    /// `mailbox-list` (RFC 3501 §9) with `mbox-list-extended` (RFC 9051 §9).
    private mutating func mailboxList() throws(ResponseFault) -> MailboxListing {
        let attributes = try flagWords("mbx-list-flags").map { MailboxAttribute($0) }
        try space("mailbox-list")
        let delimiter = try mailboxDelimiter()
        try space("mailbox-list")
        let name = try mailbox()
        spaces()
        guard isAtList else { return MailboxListing(attributes: attributes, delimiter: delimiter, name: name) }
        try open("mbox-list-extended")
        let extended = try values("mbox-list-extended")
        return MailboxListing(attributes: attributes, delimiter: delimiter, name: name, extendedData: extended)
    }

    /// `(DQUOTE QUOTED-CHAR DQUOTE / nil)` of `mailbox-list` (RFC 3501 §9).
    private mutating func mailboxDelimiter() throws(ResponseFault) -> Character? {
        let start = cursor.position
        guard let text = try nstring("mailbox-list") else { return nil }
        guard text.string.count <= 1 else { throw failure("mailbox-list", at: start) }
        return text.string.first
    }

    /// `mailbox = "INBOX" / astring` (RFC 3501 §9).
    mutating func mailbox() throws(ResponseFault) -> MailboxName {
        MailboxName(octets: try astring("mailbox").octets)
    }

    /// `*(SP nz-number)` of SEARCH (RFC 3501 §9); the MODSEQ of RFC 7162 §3.1.5 is passed.
    private mutating func searchNumbers() throws(ResponseFault) -> [UInt32] {
        var numbers: [UInt32] = []
        spaces()
        while !cursor.isAtEnd {
            if isAtList {
                _ = try value("search-sort-mod-seq")
            } else {
                let start = cursor.position
                let number = try number("nz-number")
                guard number > 0 else { throw failure("nz-number", at: start) }
                numbers.append(number)
            }
            guard cursor.isAtEnd || cursor.peek == ASCII.space else { throw failure("mailbox-data") }
            spaces()
        }
        return numbers
    }

    /// `esearch-response`, behind its name: `[search-correlator] [SP "UID"] *(SP search-return-data)` (RFC 9051 §9).
    private mutating func esearchResponse() throws(ResponseFault) -> ExtendedSearchResult {
        var tag: IMAP4Text?
        spaces()
        if isAtList {
            try open("search-correlator")
            guard cursor.skipIgnoringCase("TAG ") else { throw failure("search-correlator") }
            tag = try astring("tag-string")
            try expectClose("search-correlator")
        }
        var usesUIDs = false
        var items: [ExtendedSearchResult.Item] = []
        spaces()
        while !cursor.isAtEnd {
            let name = try word("search-return-data").string.uppercased()
            if name == "UID", !usesUIDs, items.isEmpty {
                usesUIDs = true
            } else {
                try space("search-return-data")
                items.append(.init(name: name, value: try value("search-return-value")))
            }
            guard cursor.isAtEnd || cursor.peek == ASCII.space else { throw failure("esearch-response") }
            spaces()
        }
        return ExtendedSearchResult(tag: tag, usesUIDs: usesUIDs, items: items)
    }

    /// `STATUS SP mailbox SP "(" [status-att-list] ")"`, behind its name (RFC 3501 §9).
    private mutating func statusData() throws(ResponseFault) -> MailboxStatus {
        let name = try mailbox()
        try space("status-att-list")
        var items: [MailboxStatus.Item] = []
        try open("status-att-list")
        while !close() {
            spaces()
            let item = StatusItem(try word("status-att").string)
            try space("status-att-val")
            items.append(.init(item, try value("status-att-val")))
        }
        return MailboxStatus(name: name, items: items)
    }
}
