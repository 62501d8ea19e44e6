internal import Octets

/// Reads what STAT, LIST and UIDL say about the maildrop and its messages.
struct ListingParser: Sendable {
    /// What is tolerated.
    let quirks: POP3Quirks
    /// The most octets of a unique-id, where long ones are tolerated.
    let uniqueIDLength: Int

    /// Reads the text of the answer to STAT.
    ///
    /// ```
    /// drop-listing = nn SP mm *OCTET               ; RFC 1939 §5, in words
    /// ```
    func dropListing(_ text: Span<UInt8>) throws(GrammarError) -> DropListing {
        var cursor = OctetCursor(text)
        skipLeadingSpace(&cursor)
        guard let count: UInt32 = cursor.number() else {
            throw GrammarError(rule: "drop-listing", offset: cursor.position, in: text)
        }
        try separator(&cursor, rule: "drop-listing")
        return DropListing(messageCount: count, size: try size(&cursor, rule: "drop-listing"))
    }

    /// Reads a line of the answer to LIST, or the text of the answer to LIST with a number.
    ///
    /// ```
    /// scan-listing = msg SP size *OCTET            ; RFC 1939 §5, in words
    /// ```
    func scanListing(_ line: Span<UInt8>) throws(GrammarError) -> ScanListing {
        var cursor = OctetCursor(line)
        let number = try messageNumber(&cursor, rule: "scan-listing")
        return ScanListing(number: number, size: try size(&cursor, rule: "scan-listing"))
    }

    /// Reads a line of the answer to UIDL, or the text of the answer to UIDL with a number.
    ///
    /// ```
    /// unique-id-listing = msg SP unique-id         ; RFC 1939 §7, in words
    /// ```
    /// Where unusual unique-ids are tolerated, white space behind one is not part of it.
    func uniqueIDListing(_ line: Span<UInt8>) throws(GrammarError) -> UniqueIDListing {
        var cursor = OctetCursor(line)
        let number = try messageNumber(&cursor, rule: "unique-id-listing")
        let start = cursor.position
        var end = line.count
        if quirks.contains(.uncommonUniqueIDs) {
            while end > start, line[end - 1].isWhiteSpace { end -= 1 }
        }
        do throws(GrammarError) {
            let uniqueID = try UniqueID(uniqueID: line.extracting(start..<end), limit: uniqueIDLength, quirks: quirks)
            return UniqueIDListing(number: number, uniqueID: uniqueID)
        } catch {
            throw GrammarError(rule: error.rule, offset: start + error.offset, in: line)
        }
    }

    /// A message number and what separates it from the next field.
    private func messageNumber(_ cursor: inout OctetCursor, rule: String) throws(GrammarError) -> POP3MessageNumber {
        skipLeadingSpace(&cursor)
        let start = cursor.position
        guard let value: UInt32 = cursor.number(), value > 0 else {
            throw GrammarError(rule: "message-number", offset: start, in: cursor.octets)
        }
        try separator(&cursor, rule: rule)
        return POP3MessageNumber(value)
    }

    /// A number of octets; whatever stands behind it is left alone.
    private func size(_ cursor: inout OctetCursor, rule: String) throws(GrammarError) -> UInt64 {
        guard let size: UInt64 = cursor.number() else {
            throw GrammarError(rule: rule, offset: cursor.position, in: cursor.octets)
        }
        return size
    }

    /// One space; any white space where loose listings are tolerated.
    private func separator(_ cursor: inout OctetCursor, rule: String) throws(GrammarError) {
        let isThere =
            quirks.contains(.looseListings)
            ? !cursor.takeRange { $0.isWhiteSpace }.isEmpty : cursor.skip(ASCII.space)
        guard isThere else { throw GrammarError(rule: rule, offset: cursor.position, in: cursor.octets) }
    }

    private func skipLeadingSpace(_ cursor: inout OctetCursor) {
        if quirks.contains(.looseListings) { _ = cursor.takeRange { $0.isWhiteSpace } }
    }
}
