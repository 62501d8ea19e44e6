internal import Octets

extension MessageParser {
    /// A header section that was read.
    struct HeaderSectionRecord {
        var fields: Range<Int>
        var bodyStart: Int
        /// Whether it was cut short by a delimiter line of an open multipart.
        var metDelimiter = false
        /// The first Content-Type field.
        var contentType: FieldRecord?
    }

    /// Reads the fields from `start` to the blank line, to a delimiter line, or to a line that is no field.
    ///
    /// `fields = *(trace / optional-field …)`, RFC 5322 §3.6; a line that is no field begins the body, as mail servers have it.
    mutating func readHeader(at start: Int) -> HeaderSectionRecord {
        let octets = octets
        let span = octets.span
        var section = HeaderSectionRecord(fields: fields.count..<fields.count, bodyStart: start)
        var position = start
        reading: while position < span.count {
            switch span[position] {
            case ASCII.lf:
                position += 1
                break reading
            case ASCII.cr where position + 1 < span.count && span[position + 1] == ASCII.lf:
                position += 2
                break reading
            case ASCII.hyphen where openBoundaries > 0 && delimiter(at: position) != nil:
                section.metDelimiter = true
                break reading
            default:
                break
            }
            let end = Self.endOfField(in: span, from: position)
            guard headerLength + (end - start) <= limits.headerLength else {
                report(.headerTooLong, at: position)
                break reading
            }
            if let colon = Self.colon(in: span, position..<end) {
                guard fields.count < limits.fields else {
                    report(.tooManyFields, at: position)
                    break reading
                }
                append(FieldRecord(start: position, colon: colon, end: end), to: &section)
            } else if span[position].isWhiteSpace, position == start {
                report(.continuationWithoutField, at: position)
            } else if span.extracting(position..<end).hasMailboxSeparator {
                report(.mailboxSeparator, at: position)
            } else {
                report(.lineIsNoField, at: position)
                break reading
            }
            position = end
        }
        headerLength += position - start
        section.fields = section.fields.lowerBound..<fields.count
        section.bodyStart = position
        return section
    }

    private mutating func append(_ field: FieldRecord, to section: inout HeaderSectionRecord) {
        fields.append(field)
        if field.end - field.start > limits.fieldLength { report(.fieldTooLong, at: field.start) }
        let octets = octets
        let name = octets.span.extracting(field.start..<field.colon)
        guard name[0].lowercased == UInt8(ascii: "c"), name.isFieldName("content-type") else {
            if name.holdsEightBit { report(.fieldNameNotASCII, at: field.start) }
            return
        }
        if section.contentType == nil { section.contentType = field } else { report(.repeatedField, at: field.start) }
    }

    /// The offset past the last line end of the field at `start`: its first line and the lines that continue it.
    private static func endOfField(in span: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while let lineEnd = span.firstOffset(of: ASCII.lf, from: position) {
            position = lineEnd + 1
            guard position < span.count, span[position].isWhiteSpace else { return position }
        }
        return span.count
    }

    /// The offset of the colon of `optional-field = field-name ":" unstructured CRLF`, nil where `range` is no field.
    ///
    /// White space before the colon is obsolete syntax (RFC 5322 §4.5) and allowed.
    private static func colon(in span: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound {
            let octet = span[position]
            if octet == UInt8(ascii: ":") { break }
            if octet.isWhiteSpace || octet.isControl {
                // Only white space may be left before the colon.
                while position < range.upperBound, span[position].isWhiteSpace { position += 1 }
                guard position < range.upperBound, span[position] == UInt8(ascii: ":") else { return nil }
                break
            }
            position += 1
        }
        guard position > range.lowerBound, position < range.upperBound, !span[range.lowerBound].isWhiteSpace else {
            return nil
        }
        return position
    }
}

extension Span<UInt8> {
    /// Whether a line of an mbox file begins here, which is no header field.
    fileprivate var hasMailboxSeparator: Bool {
        hasPrefixIgnoringCase("From ") || hasPrefixIgnoringCase(">From ")
    }

    /// Whether an octet lies outside ASCII.
    var holdsEightBit: Bool {
        var bits: UInt8 = 0
        for index in indices { bits |= self[index] }
        return bits >= 0x80
    }

    /// Whether this is the field name `name`, white space behind it and case aside.
    func isFieldName(_ name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard count >= length, hasPrefixIgnoringCase(name) else { return false }
        for index in length..<count where !self[index].isWhiteSpace { return false }
        return true
    }
}
