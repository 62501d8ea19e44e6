internal import Octets

/// The quoted-printable of message bodies (RFC 2045 §6.7).
enum QuotedPrintableDecoder {
    /// The octets that those in `range` of a message stand for. Line ends stay as they are; white space before them goes away
    /// (rule 3); an escape that is none stays as it is, which is a defect.
    static func decode(_ octets: [UInt8], _ range: Range<Int>, defects: inout DefectList) -> [UInt8] {
        // What lies behind the body is not searched.
        let span = octets.span.extracting(..<range.upperBound)
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var lineStart = range.lowerBound
        while lineStart < range.upperBound {
            let lineFeed = span.firstOffset(of: ASCII.lf, from: lineStart)
            let lineEnd = lineFeed.map { $0 + 1 } ?? range.upperBound
            var contentEnd = lineFeed ?? range.upperBound
            if lineFeed != nil, contentEnd > lineStart, span[contentEnd - 1] == ASCII.cr { contentEnd -= 1 }
            var textEnd = contentEnd
            while textEnd > lineStart, span[textEnd - 1].isWhiteSpace { textEnd -= 1 }
            let isSoft = textEnd > lineStart && span[textEnd - 1] == UInt8(ascii: "=")
            if isSoft { textEnd -= 1 }
            decodeLine(octets, lineStart..<textEnd, into: &output, defects: &defects)
            if !isSoft { output.append(contentsOf: octets[contentEnd..<lineEnd]) }
            lineStart = lineEnd
        }
        return output
    }

    private static func decodeLine(
        _ octets: [UInt8], _ range: Range<Int>, into output: inout [UInt8], defects: inout DefectList
    ) {
        let line = octets.span.extracting(..<range.upperBound)
        var position = range.lowerBound
        while let escape = line.firstOffset(of: UInt8(ascii: "="), from: position) {
            output.append(contentsOf: octets[position..<escape])
            if escape + 2 < line.count, let high = line[escape + 1].hexadecimalValue,
                let low = line[escape + 2].hexadecimalValue
            {
                output.append(high << 4 | low)
                position = escape + 3
            } else {
                defects.report(.quotedPrintableEscape, at: escape)
                output.append(UInt8(ascii: "="))
                position = escape + 1
            }
        }
        output.append(contentsOf: octets[position..<range.upperBound])
    }
}
