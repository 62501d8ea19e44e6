internal import Octets

extension MessagePart {
    /// The body with its transfer encoding undone (RFC 2045 §6).
    public var content: ArraySlice<UInt8> { readContent().value }

    /// The same as `content`, with what was wrong about the encoding. A body in `7bit`, `8bit` or `binary`, or that of a
    /// container, is not copied.
    public func readContent() -> Reading<ArraySlice<UInt8>> {
        // Of a multipart nothing but the identity is allowed (RFC 2045 §6.4); the structure tells that defect.
        guard record.kind == .leaf, !isMultipart else { return Reading(body) }
        var defects = DefectList(limit: index.limits.defects)
        let reading = header[.contentTransferEncoding]?.readTransferEncoding()
        for defect in reading?.defects ?? [] { defects.report(defect.kind, at: defect.offset) }
        let octets = index.octets
        switch reading?.value {
        case TransferEncoding.base64:
            let decoded = Base64Decoder.decode(
                octets.span.extracting(bodyRange), offset: record.bodyStart, defects: &defects)
            return Reading(decoded[...], defects.all)
        case TransferEncoding.quotedPrintable:
            let decoded = QuotedPrintableDecoder.decode(octets, bodyRange, defects: &defects)
            return Reading(decoded[...], defects.all)
        default:
            return Reading(body, defects.all)
        }
    }

    /// The body as text: its transfer encoding undone, its charset decoded. Line ends are as they came.
    public var text: String { readText().value }

    /// The same as `text`, with what was wrong about encoding and charset. Octets outside ASCII without a charset are read
    /// as UTF-8; a charset that is not known is read as ASCII.
    public func readText() -> Reading<String> {
        let content = readContent()
        let named = contentType.charset
        var defects = content.defects
        let octets = content.value.span
        var decoded = (named ?? .usASCII).decode(octets)
        if decoded == nil {
            defects.append(Defect(.unknownCharset, at: record.start))
            decoded = SingleOctetCharset.decodeUTF8(octets)
        } else if let invalid = decoded?.firstInvalid {
            // The place in the message is known where the octets are the message's own.
            let isInPlace = content.value.startIndex == record.bodyStart && !transferEncoding.isEncoded
            let offset = isInPlace ? record.bodyStart + invalid : record.bodyStart
            defects.append(Defect(named == nil ? .unlabelledEightBit : .invalidInCharset, at: offset))
        }
        return Reading(decoded?.text ?? "", defects)
    }

    /// The message that a `message/rfc822` part encloses (RFC 2046 §5.2.1), as a message of its own; nil for other parts.
    ///
    /// One that is in base64 or quoted-printable is decoded for it, and has no parts in the message it came in.
    ///
    /// It is read with the limits of this message, of which the depth counts on: nil where no more may be nested.
    public func enclosedMessage() -> Message? {
        var limits = index.limits
        limits.depth -= depth
        guard mediaType.enclosesMessage, limits.depth > 0 else { return nil }
        return Message(parsing: Array(content), limits: limits)
    }
}
