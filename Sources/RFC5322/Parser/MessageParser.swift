internal import Octets

/// Finds the parts and fields of a message in one pass over its octets.
///
/// It keeps a stack of open parts instead of calling itself, and looks at each line once: at a line that begins with `--`
/// it asks whether one of the open multiparts is delimited by it.
struct MessageParser {
    /// A part whose end has not been seen.
    struct OpenPart {
        let number: Int
        /// The boundary, while the multipart still looks for its delimiters; nil for other parts and behind the close-delimiter.
        var boundary: [UInt8]?
        /// Whether parts of it are messages where they do not say otherwise.
        var isDigest = false
    }

    let octets: [UInt8]
    let limits: Message.Limits
    var parts: [PartRecord] = []
    var fields: [FieldRecord] = []
    var defects: [Defect] = []
    var open: [OpenPart] = []
    /// How many of the open parts look for delimiters.
    var openBoundaries = 0
    /// The octets of all header sections so far.
    var headerLength = 0
    /// Whether the limit of parts ended the search for delimiters: the last part reaches to the end.
    var isExhausted = false

    init(_ octets: [UInt8], limits: Message.Limits) {
        self.octets = octets
        self.limits = limits
    }

    mutating func parse() -> MessageIndex {
        openPart(at: 0, delimiter: 0..<0, defaultsToMessage: false)
        var next: Int? = 0
        while let position = next {
            next = readPart(at: position)
        }
        closeParts(downTo: 0, at: octets.count)
        defects.sort { $0.offset < $1.offset }
        return MessageIndex(octets: octets, parts: parts, fields: fields, defects: defects, limits: limits)
    }

    /// Reads the header section of the innermost open part at `position`, and on to where the next part begins.
    ///
    /// - Returns: the offset of the next part, which was opened; nil at the end of the message.
    private mutating func readPart(at position: Int) -> Int? {
        let header = readHeader(at: position)
        let number = open[open.count - 1].number
        parts[number].fields = header.fields
        parts[number].bodyStart = header.bodyStart
        if header.metDelimiter { return nextPart(from: header.bodyStart) }
        switch container(number, contentType: header.contentType) {
        case .leaf:
            return nextPart(from: header.bodyStart)
        case .multipart(let boundary, let isDigest):
            parts[number].kind = .multipart
            open[open.count - 1].boundary = boundary
            open[open.count - 1].isDigest = isDigest
            if boundary != nil { openBoundaries += 1 }
            return nextPart(from: header.bodyStart)
        case .message:
            parts[number].kind = .message
            openPart(at: header.bodyStart, delimiter: header.bodyStart..<header.bodyStart, defaultsToMessage: false)
            return header.bodyStart
        }
    }

    /// Looks for the delimiter that ends the innermost open part, and opens the part that follows it.
    ///
    /// - Returns: the offset of the next part; nil at the end of the message.
    private mutating func nextPart(from start: Int) -> Int? {
        var position = start
        while openBoundaries > 0, let found = nextDelimiter(from: position) {
            guard found.isClose || parts.count < limits.parts else {
                report(.tooManyParts, at: found.line.lowerBound)
                isExhausted = true
                return nil
            }
            closeParts(downTo: found.level + 1, at: found.contentEnd)
            let multipart = open[found.level]
            position = found.line.upperBound
            if found.isClose {
                parts[multipart.number].closeDelimiter = found.line
                open[found.level].boundary = nil
                openBoundaries -= 1
            } else {
                openPart(at: position, delimiter: found.line, defaultsToMessage: multipart.isDigest)
                return position
            }
        }
        return nil
    }

    /// Opens a part under the innermost open one.
    private mutating func openPart(at start: Int, delimiter: Range<Int>, defaultsToMessage: Bool) {
        let number = parts.count
        parts.append(
            PartRecord(
                defaultsToMessage: defaultsToMessage, parent: open.last?.number ?? -1, subtreeEnd: number + 1,
                delimiter: delimiter, fields: fields.count..<fields.count, start: start, bodyStart: start, end: start))
        open.append(OpenPart(number: number))
    }

    /// Ends the open parts from the innermost to the one at `level` of the stack, at `end`.
    private mutating func closeParts(downTo level: Int, at end: Int) {
        while open.count > level, let part = open.popLast() {
            parts[part.number].end = max(parts[part.number].bodyStart, end)
            parts[part.number].subtreeEnd = parts.count
            guard part.boundary != nil else { continue }
            openBoundaries -= 1
            guard !isExhausted else { continue }
            let isEmpty = parts.count == part.number + 1
            report(isEmpty ? .noBodyPart : .missingCloseDelimiter, at: parts[part.number].end)
        }
    }

    mutating func report(_ kind: Defect.Kind, at offset: Int) {
        defects.report(kind, at: offset, limit: limits.defects)
    }
}

extension [Defect] {
    /// Adds a defect, or, where that would be one too many, once that there are more.
    mutating func report(_ kind: Defect.Kind, at offset: Int, limit: Int) {
        if count < limit {
            append(Defect(kind, at: offset))
        } else if count == limit {
            append(Defect(.tooManyDefects, at: offset))
        }
    }
}
