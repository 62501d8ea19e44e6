internal import Octets

/// What a server answered: a line of status and text, and the lines behind it where there are any (RFC 1939 §3, RFC 2449 §3).
public struct POP3Response: Sendable, Hashable, CustomStringConvertible {
    /// How the response begins.
    public let status: POP3Status

    /// What follows the status indicator and its space, as it was sent: any octets but LF, a response code still in front.
    public let text: [UInt8]

    /// The response code at the start of `text`, where there is one and the status is `+OK` or `-ERR`.
    public let responseCode: POP3ResponseCode?

    /// What stood between the first line and the line with the single dot, byte-stuffing undone.
    ///
    /// Nil for a response of one line, and for one whose content was handed on in pieces or read as a listing.
    public let content: [UInt8]?

    /// A response of `status` with `text`, in which LF, which no response can hold, becomes a space.
    public init(_ status: POP3Status, text: [UInt8] = [], content: [UInt8]? = nil) {
        self.status = status
        self.text = text.contains(ASCII.lf) ? text.map { $0 == ASCII.lf ? ASCII.space : $0 } : text
        self.content = content
        var cursor = OctetCursor(text.span)
        responseCode = status == .continueRequest ? nil : POP3ResponseCode.respCode(&cursor)
    }

    /// A response of `status` with the UTF-8 of `text`.
    public init(_ status: POP3Status, text: String, content: [UInt8]? = nil) {
        self.init(status, text: Array(text.utf8), content: content)
    }

    /// The text for people: without the response code, whatever could act on a terminal as `\xHH`.
    public var humanReadableText: String {
        let text = text
        var cursor = OctetCursor(text.span)
        if responseCode != nil, POP3ResponseCode.respCode(&cursor) != nil { _ = cursor.skip(ASCII.space) }
        return EscapedOctets(cursor.takeRest()).description
    }

    /// The first line; fit for a terminal.
    public var description: String {
        text.isEmpty ? status.description : "\(status) \(EscapedOctets(text.span))"
    }

    /// The same response with every occurrence of a secret in its text overwritten, octet by octet, with `*`.
    func masking(_ mask: EchoMask) -> POP3Response {
        POP3Response(status, text: mask.masked(text), content: content)
    }
}
