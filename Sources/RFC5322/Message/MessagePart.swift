internal import Octets

/// One part of a message: ranges over the message's octets, decoded on demand.
public struct MessagePart: Sendable {
    let index: MessageIndex
    let number: Int

    var record: PartRecord { index.parts[number] }

    /// The octets of the part in the message: header section and body, without the delimiter lines around it.
    public var range: Range<Int> { record.start..<record.end }

    /// The octets of the body in the message, behind the blank line that ends the header section.
    public var bodyRange: Range<Int> { record.bodyStart..<record.end }

    /// The delimiter line before the part, with its line end; empty for the message itself and for an enclosed message.
    public var delimiterRange: Range<Int> { record.delimiter }

    /// The close-delimiter line of a multipart; nil where it is missing.
    public var closeDelimiterRange: Range<Int>? { record.closeDelimiter }

    /// The part as it came, octet for octet.
    public var octets: ArraySlice<UInt8> { index.octets[range] }

    /// The body as it came, still in its transfer encoding.
    public var body: ArraySlice<UInt8> { index.octets[bodyRange] }

    /// The header section.
    public var header: HeaderSection { HeaderSection(index: index, fields: record.fields) }

    /// The part that contains this one; nil for the message itself.
    public var parent: MessagePart? {
        record.parent < 0 ? nil : MessagePart(index: index, number: record.parent)
    }

    /// The parts directly under this one, in order: the body parts of a multipart, or the one message that a
    /// `message/rfc822` part encloses.
    public var children: [MessagePart] {
        var children: [MessagePart] = []
        var next = number + 1
        while next < record.subtreeEnd {
            children.append(MessagePart(index: index, number: next))
            next = index.parts[next].subtreeEnd
        }
        return children
    }

    /// This part and all parts under it, a container before what it contains.
    public var subtree: MessageParts { MessageParts(index: index, numbers: number..<record.subtreeEnd) }

    /// How deep the part is nested; the message itself is 1.
    public var depth: Int {
        var depth = 1
        var parent = record.parent
        while parent >= 0 {
            depth += 1
            parent = index.parts[parent].parent
        }
        return depth
    }

    /// The Content-Type field, or what its absence means: `text/plain`, in a digest `message/rfc822` (RFC 2046 §5.1.5).
    public var contentType: ContentType { readContentType().value }

    /// The same as `contentType`, with what was wrong about the field.
    public func readContentType() -> Reading<ContentType> {
        if let field = header[.contentType] { return field.readContentType() }
        let absent = record.defaultsToMessage ? MediaType.message : .plainText
        return Reading(ContentType(mediaType: absent, parameters: MIMEParameters(list: [])))
    }

    /// The media type.
    public var mediaType: MediaType { contentType.mediaType }

    /// Whether the part was, or would have been, taken apart into body parts.
    public var isMultipart: Bool { mediaType.type == "multipart" }

    /// The Content-Disposition field; nil where there is none.
    public var disposition: ContentDisposition? {
        header[.contentDisposition].flatMap { $0.readContentDisposition().value }
    }

    /// The Content-Transfer-Encoding field; `7bit` where there is none (RFC 2045 §6.1).
    public var transferEncoding: TransferEncoding {
        header[.contentTransferEncoding].flatMap { $0.readTransferEncoding().value } ?? .sevenBit
    }

    /// The Content-ID field without angle brackets (RFC 2045 §7).
    public var contentID: MessageID? { header[.contentID].flatMap { $0.readMessageIDs().value.first } }

    /// The file name that the sender gave: of the disposition, else the `name` of the media type (RFC 8621 §4.1.4); decoded,
    /// but otherwise as it came: it may hold path separators.
    public var filename: String? { readFilename().value }

    /// The same as `filename`, with what was wrong about the fields.
    public func readFilename() -> Reading<String?> {
        let disposition = header[.contentDisposition]?.readContentDisposition()
        if let name = disposition?.value?.parameters["filename"] { return Reading(name, disposition?.defects ?? []) }
        let type = readContentType()
        return Reading(type.value.parameters["name"], (disposition?.defects ?? []) + type.defects)
    }
}
