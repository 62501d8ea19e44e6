extension HeaderField {
    /// The value as text: unfolded, encoded words decoded, white space at both ends removed (the text form of RFC 8621
    /// §4.1.2.2, without normalisation). Never fit to be parsed for addresses: those are parsed before they are decoded.
    public var text: String { readText().value }

    /// The same as `text`, with what was wrong about it.
    public func readText() -> Reading<String> {
        var defects = DefectList(limit: index.limits.defects)
        let range = readRange
        let octets = index.octets
        let text = EncodedWordDecoder.decode(
            octets.span.extracting(range), offset: range.lowerBound, defects: &defects)
        return Reading(text.trimmed, defects.all)
    }

    /// The addresses of a field that holds an `address-list` (RFC 5322 §3.4).
    public func readAddresses() -> Reading<[Address]> {
        AddressListParser.parse(index.octets, readRange, limits: index.limits)
    }

    /// The time of a field that holds a `date-time` (RFC 5322 §3.3); nil where there is none to be understood.
    public func readDateTime() -> Reading<DateTime?> {
        DateTimeParser.parse(index.octets, readRange, limits: index.limits)
    }

    /// The identifiers of a field that holds `1*msg-id` (RFC 5322 §3.6.4).
    public func readMessageIDs() -> Reading<[MessageID]> {
        MessageIDParser.parse(index.octets, readRange, limits: index.limits)
    }

    /// The media type and parameters of a Content-Type field (RFC 2045 §5.1); `text/plain` where there is none to be understood.
    public func readContentType() -> Reading<ContentType> {
        ContentTypeParser.parse(index.octets, readRange, limits: index.limits)
    }

    /// The disposition and parameters of a Content-Disposition field (RFC 2183 §2); nil where there is none.
    public func readContentDisposition() -> Reading<ContentDisposition?> {
        ContentDispositionParser.parse(index.octets, readRange, limits: index.limits)
    }

    /// The transfer encoding of a Content-Transfer-Encoding field (RFC 2045 §6.1); nil where there is none.
    public func readTransferEncoding() -> Reading<TransferEncoding?> {
        TransferEncoding.parse(index.octets, readRange, limits: index.limits)
    }
}

/// The defects of one reading, up to a limit.
struct DefectList {
    private(set) var all: [Defect] = []
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func report(_ kind: Defect.Kind, at offset: Int) {
        all.report(kind, at: offset, limit: limit)
    }
}

extension String {
    /// This text without ASCII white space and line ends at both ends.
    var trimmed: String {
        func isSpace(_ octet: UInt8) -> Bool { octet.isLinearSpace }
        guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else { return self }
        guard let start = utf8.firstIndex(where: { !isSpace($0) }), let end = utf8.lastIndex(where: { !isSpace($0) })
        else {
            return ""
        }
        return String(self[start...end])
    }
}
