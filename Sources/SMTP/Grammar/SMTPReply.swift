internal import Octets

/// What a server answered: one code and one or more lines of text (RFC 5321 §4.2).
public struct SMTPReply: Sendable, Hashable, CustomStringConvertible {
    /// The code, the same on every line.
    public let code: ReplyCode

    /// The status code before the text of the first line, where its class agrees with `code` (RFC 2034 §4).
    public let enhancedCode: EnhancedStatusCode?

    /// The text of every line as it was sent: any octets but LF, without the code, the separator and the line end.
    ///
    /// Never empty; a line without text is an empty array. Enhanced status codes are still in front.
    public let lines: [[UInt8]]

    /// A reply of `code` with `lines` of text, taken as one empty line where there is none.
    public init(code: ReplyCode, lines: [[UInt8]]) {
        self.code = code
        self.lines = lines.isEmpty ? [[]] : lines
        let first = lines.first ?? []
        var cursor = OctetCursor(first.span)
        self.enhancedCode = EnhancedStatusCode.statusCode(&cursor, in: code)
    }

    /// A reply of `code` whose lines are the UTF-8 of `text`, split at LF.
    public init(code: ReplyCode, text: String) {
        let lines = text.utf8.split(separator: ASCII.lf, omittingEmptySubsequences: false)
        self.init(code: code, lines: lines.map { Array($0) })
    }

    /// The text for people: without enhanced status codes, lines apart by LF, whatever could act on a terminal as
    /// `\xHH`.
    public var text: String {
        lines.map { line in
            var cursor = OctetCursor(line.span)
            if enhancedCode != nil { _ = EnhancedStatusCode.statusCode(&cursor, in: code) }
            return EscapedOctets(cursor.takeRest()).description
        }.joined(separator: "\n")
    }

    /// The code, the enhanced code and the text, lines apart by ` / `; fit for a terminal.
    public var description: String {
        let words = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " / ")
        let parts = [code.description, enhancedCode?.description ?? "", words]
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The same reply with every occurrence of `secrets` in its text overwritten, octet by octet, with `*`.
    func masking(_ mask: EchoMask) -> SMTPReply {
        SMTPReply(code: code, lines: lines.map { mask.masked($0) })
    }
}
