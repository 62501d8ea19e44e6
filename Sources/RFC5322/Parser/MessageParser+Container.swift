internal import Octets

extension MessageParser {
    /// What a part is to the parser.
    enum Container {
        case leaf
        /// A multipart; its boundary is nil where it cannot be taken apart.
        case multipart(boundary: [UInt8]?, isDigest: Bool)
        case message
    }

    /// What the part `number`, the innermost open one, is by its Content-Type field.
    mutating func container(_ number: Int, contentType field: FieldRecord?) -> Container {
        guard let field else {
            return parts[number].defaultsToMessage ? enclosedMessage(number) : .leaf
        }
        let octets = octets
        let start = octets.span.firstOffsetPastSpace(in: (field.colon + 1)..<field.end)
        let value = octets.span.extracting(start..<field.end)
        // Nearly all parts are leaves: only these two types are worth a whole reading.
        guard value.hasPrefixIgnoringCase("multipart") || value.hasPrefixIgnoringCase("message") else { return .leaf }
        let end = min(field.end, field.start + limits.fieldLength)
        let content = ContentTypeParser.parse(octets, (field.colon + 1)..<max(end, field.colon + 1), limits: limits)
            .value
        if content.mediaType.type == "multipart" { return multipart(number, content) }
        return content.mediaType.enclosesMessage ? enclosedMessage(number) : .leaf
    }

    private mutating func multipart(_ number: Int, _ content: ContentType) -> Container {
        let isDigest = content.mediaType.subtype == "digest"
        let whole: Container = .multipart(boundary: nil, isDigest: isDigest)
        if isEncoded(number) { report(.encodedMultipart, at: parts[number].start) }
        guard let boundary = content.parameters.octets(of: "boundary"), !boundary.isEmpty else {
            report(.missingBoundary, at: parts[number].start)
            return whole
        }
        guard boundary.count <= limits.boundaryLength else {
            report(.boundaryTooLong, at: parts[number].start)
            return whole
        }
        guard mayNest(number) else { return whole }
        return .multipart(boundary: boundary, isDigest: isDigest)
    }

    private mutating func enclosedMessage(_ number: Int) -> Container {
        // Its octets are not in this message as they are: `MessagePart.enclosedMessage` decodes them.
        guard !isEncoded(number) else {
            report(.encodedMessage, at: parts[number].start)
            return .leaf
        }
        guard parts.count < limits.parts else {
            report(.tooManyParts, at: parts[number].start)
            return .leaf
        }
        return mayNest(number) ? .message : .leaf
    }

    private mutating func mayNest(_ number: Int) -> Bool {
        guard open.count < limits.depth else {
            report(.tooDeep, at: parts[number].start)
            return false
        }
        return true
    }

    private func isEncoded(_ number: Int) -> Bool {
        for field in fields[parts[number].fields] {
            guard octets.span.extracting(field.start..<field.colon).isFieldName("content-transfer-encoding") else {
                continue
            }
            return TransferEncoding.parse(octets, (field.colon + 1)..<field.end, limits: limits).value?.isEncoded
                ?? false
        }
        return false
    }
}

extension Span<UInt8> {
    /// The offset of the first octet in `range` that is neither white space nor a line end.
    func firstOffsetPastSpace(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound, self[position].isLinearSpace { position += 1 }
        return position
    }
}

extension UInt8 {
    /// Whether this is a space, tab, CR or LF: what folding white space is made of.
    var isLinearSpace: Bool { isWhiteSpace || self == ASCII.cr || self == ASCII.lf }
}
