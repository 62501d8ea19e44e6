internal import Octets

/// Reads one whole response that a framer has found, the line end left out (RFC 3501 §9, RFC 9051 §9).
///
/// Each method is a rule of the grammar under its name. Literals stand in the octets as they came. Where real servers
/// add a space or leave out a text and the meaning is certain, it is read; all else is refused with its rule and
/// place.
struct ResponseParser: ~Escapable {
    var cursor: OctetCursor
    let limits: IMAP4Limits
    private var depth = 0

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, limits: IMAP4Limits) {
        cursor = OctetCursor(octets)
        self.limits = limits
    }

    /// That `rule` does not go on here.
    func failure(_ rule: String, at offset: Int? = nil) -> ResponseFault {
        .malformed(GrammarError(rule: rule, offset: offset ?? cursor.position, in: cursor.octets))
    }

    /// Passes `octet`, which `rule` wants here.
    mutating func expect(_ octet: UInt8, _ rule: String) throws(ResponseFault) {
        guard cursor.skip(octet) else { throw failure(rule) }
    }

    /// Passes the one space that `rule` wants here.
    mutating func space(_ rule: String) throws(ResponseFault) {
        guard cursor.skip(ASCII.space) else { throw failure(rule) }
    }

    /// Passes any number of spaces where servers send too many.
    mutating func spaces() {
        while cursor.skip(ASCII.space) {}
    }

    /// Passes spaces that servers leave at the end, and makes sure that nothing follows.
    mutating func end(_ rule: String) throws(ResponseFault) {
        spaces()
        guard cursor.isAtEnd else { throw failure(rule) }
    }

    /// Passes the `(` of `rule` and goes one level down.
    mutating func open(_ rule: String) throws(ResponseFault) {
        try expect(ASCII.openParenthesis, rule)
        guard depth < limits.nestingDepth else {
            throw .tooLarge(IMAP4LimitExceeded("levels of parentheses in a response", limit: limits.nestingDepth))
        }
        depth += 1
    }

    /// Passes a `)` if it is next, also behind spaces, and goes one level up.
    mutating func close() -> Bool {
        let start = cursor.position
        spaces()
        guard cursor.skip(ASCII.closeParenthesis) else {
            cursor.move(to: start)
            return false
        }
        depth -= 1
        return true
    }

    /// Passes the `)` that `rule` wants here.
    mutating func expectClose(_ rule: String) throws(ResponseFault) {
        guard close() else { throw failure(rule) }
    }

    /// Whether a `(` is next.
    var isAtList: Bool { cursor.peek == ASCII.openParenthesis }
}
