internal import Octets

extension POP3Response {
    /// Reads the first line of a response, its line end not included.
    ///
    /// ```
    /// single-line  = status [SP text] CRLF
    /// status       = "+OK" / "-ERR"                ; RFC 2449 §3
    /// continue-req = "+" SP [base64] CRLF          ; RFC 5034 §5
    /// ```
    /// Text may be any octets. What follows the indicator need not be a space, as long as it is no letter or digit; `+` may
    /// stand alone. With `statusInAnyCase`, `+Ok` and `-err` are understood.
    init(line: Span<UInt8>, quirks: POP3Quirks) throws(GrammarError) {
        let anyCase = quirks.contains(.statusInAnyCase)
        let status: POP3Status
        var length = 0
        if Self.begins(line, with: "+OK", ignoringCase: anyCase) {
            (status, length) = (.ok, 3)
        } else if Self.begins(line, with: "-ERR", ignoringCase: anyCase) {
            (status, length) = (.err, 4)
        } else if line.count >= 1, line[0] == ASCII.plus, line.count == 1 || line[1] == ASCII.space {
            (status, length) = (.continueRequest, 1)
        } else {
            throw GrammarError(rule: "status", offset: 0, in: line)
        }
        if length < line.count {
            let next = line[length]
            guard !next.isAlpha, !next.isDigit else { throw GrammarError(rule: "status", offset: length, in: line) }
            if next.isWhiteSpace { length += 1 }
        }
        self.init(status, text: [UInt8](copying: line.extracting(length..<line.count)))
    }

    private static func begins(_ line: Span<UInt8>, with status: StaticString, ignoringCase: Bool) -> Bool {
        if ignoringCase { return line.hasPrefixIgnoringCase(status) }
        let length = status.utf8CodeUnitCount
        return line.count >= length && line.extracting(0..<length).equals(status)
    }
}
