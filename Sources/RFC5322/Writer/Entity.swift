internal import Octets

/// A MIME entity ready to be written (RFC 2045 §2.4): its Content fields and its encoded body.
struct Entity {
    var fields: FieldWriter
    var body: [UInt8]
    /// Whether it holds octets outside ASCII, which containers must tell too (RFC 2045 §6.4).
    var isEightBit = false

    /// A text with CRLF line ends, in US-ASCII or UTF-8.
    ///
    /// - Parameter text: line ends of any kind become CRLF, and one is added at the end where it is missing.
    static func text(_ text: String, _ mediaType: MediaType) throws(RFC5322Error) -> Entity {
        let lines = canonicalLines(text)
        let survey = ContentSurvey(lines.span)
        let charset = survey.hasEightBit ? "utf-8" : "us-ascii"
        return try entity(
            lines, survey, mediaType: "\(mediaType)", parameters: [.plain("charset=\(charset)")], mayQuote: true)
    }

    /// An attachment.
    static func attachment(_ attachment: Attachment) throws(RFC5322Error) -> Entity {
        let survey = ContentSurvey(attachment.octets.span)
        var parameters: [FieldWriter.OutgoingParameter] = []
        if let charset = attachment.charset { parameters.append(.plain("charset=\(charset)")) }
        if let name = attachment.filename { parameters.append(.encodedWord(name: "name", value: name)) }
        let mediaType = attachment.mediaType
        var entity: Entity
        if mediaType.enclosesMessage, !survey.isSevenBit {
            // No other encoding is allowed for an enclosed message (RFC 2046 §5.2.1).
            guard survey.isLines else {
                throw RFC5322Error(
                    .unencodable, field: .contentTransferEncoding,
                    "an attached message must be of lines of at most 998 octets that end in CRLF")
            }
            entity = Entity(fields: FieldWriter(), body: attachment.octets, isEightBit: true)
            try entity.fields.write(.contentType, "\(mediaType)", parameters)
            try entity.fields.write(.contentTransferEncoding, token: "\(TransferEncoding.eightBit)")
        } else {
            entity = try Entity.entity(
                attachment.octets, survey, mediaType: "\(mediaType)", parameters: parameters,
                mayQuote: mediaType.type == "text")
        }
        let filename = attachment.filename.map { [FieldWriter.OutgoingParameter.extended(name: "filename", value: $0)] }
        try entity.fields.write(.contentDisposition, "attachment", filename ?? [])
        return entity
    }

    /// A multipart of `parts`, behind a boundary that none of them holds.
    static func multipart(
        _ subtype: String, _ parts: [Entity], using generator: inout some RandomNumberGenerator
    ) throws(RFC5322Error) -> Entity {
        var boundary: String
        repeat {
            // `=_` stands neither in base64 nor in quoted-printable.
            boundary = "=_\(RandomToken.make(using: &generator))"
        } while parts.contains { $0.holds(Array(boundary.utf8)) }
        var entity = Entity(fields: FieldWriter(), body: [], isEightBit: parts.contains(where: \.isEightBit))
        try entity.fields.write(.contentType, "multipart/\(subtype)", [.plain("boundary=\"\(boundary)\"")])
        if entity.isEightBit { try entity.fields.write(.contentTransferEncoding, token: "8bit") }
        entity.body.reserveCapacity(parts.reduce(200) { $0 + $1.fields.octets.count + $1.body.count + 100 })
        for part in parts {
            entity.body.append(contentsOf: "--\(boundary)\r\n".utf8)
            entity.body.append(contentsOf: part.fields.octets)
            entity.body.append(contentsOf: "\r\n".utf8)
            entity.body.append(contentsOf: part.body)
            entity.body.append(contentsOf: "\r\n".utf8)
        }
        entity.body.append(contentsOf: "--\(boundary)--\r\n".utf8)
        return entity
    }

    /// Octets in the encoding that fits them: `7bit` where they do without one, else the shorter of quoted-printable,
    /// where it may be used, and base64.
    private static func entity(
        _ octets: [UInt8], _ survey: ContentSurvey, mediaType: String, parameters: [FieldWriter.OutgoingParameter],
        mayQuote: Bool
    ) throws(RFC5322Error) -> Entity {
        var entity = Entity(fields: FieldWriter(), body: octets)
        var encoding = TransferEncoding.sevenBit
        if !survey.isSevenBit {
            let quotedLength = octets.count + 2 * survey.escapedCount
            let isQuoted = mayQuote && quotedLength <= octets.count / 3 * 4
            encoding = isQuoted ? .quotedPrintable : .base64
            entity.body = isQuoted ? QuotedPrintableEncoder.encode(octets.span) : Base64Encoder.encode(octets.span)
        }
        try entity.fields.write(.contentType, mediaType, parameters)
        try entity.fields.write(.contentTransferEncoding, token: "\(encoding)")
        return entity
    }

    private static func canonicalLines(_ text: String) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(text.utf8.count + text.utf8.count / 32 + 2)
        var isAfterCR = false
        for octet in text.utf8 {
            if octet == ASCII.lf, isAfterCR {
                isAfterCR = false
                continue
            }
            isAfterCR = octet == ASCII.cr
            if isAfterCR || octet == ASCII.lf {
                lines.append(ASCII.cr)
                lines.append(ASCII.lf)
            } else {
                lines.append(octet)
            }
        }
        if let last = lines.last, last != ASCII.lf { lines.append(contentsOf: [ASCII.cr, ASCII.lf]) }
        return lines
    }

    private func holds(_ boundary: [UInt8]) -> Bool {
        for octets in [fields.octets, body] {
            var position = 0
            while let start = octets.span.firstOffset(of: boundary[0], from: position) {
                if octets.span.extracting(start..<octets.count).hasPrefix(boundary.span) { return true }
                position = start + 1
            }
        }
        return false
    }
}
