internal import Octets

/// The quoted-printable of message bodies (RFC 2045 §6.7).
enum QuotedPrintableDecoder {
    /// The octets that `input`, at `offset` of the message, stands for. Line ends stay as they are; white space before them
    /// goes away (rule 3); an escape that is none stays as it is, which is a defect.
    static func decode(_ input: Span<UInt8>, offset: Int, defects: inout DefectList) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var lineStart = 0
        while lineStart < input.count {
            let lineFeed = input.firstOffset(of: ASCII.lf, from: lineStart)
            let lineEnd = lineFeed.map { $0 + 1 } ?? input.count
            var contentEnd = lineFeed ?? input.count
            if lineFeed != nil, contentEnd > lineStart, input[contentEnd - 1] == ASCII.cr { contentEnd -= 1 }
            var textEnd = contentEnd
            while textEnd > lineStart, input[textEnd - 1].isWhiteSpace { textEnd -= 1 }
            let isSoft = textEnd > lineStart && input[textEnd - 1] == UInt8(ascii: "=")
            if isSoft { textEnd -= 1 }
            decodeLine(input.extracting(lineStart..<textEnd), offset: offset + lineStart, into: &output, defects: &defects)
            if !isSoft { output.append(copying: input.extracting(contentEnd..<lineEnd)) }
            lineStart = lineEnd
        }
        return output
    }

    private static func decodeLine(
        _ line: Span<UInt8>, offset: Int, into output: inout [UInt8], defects: inout DefectList
    ) {
        var position = 0
        while let escape = line.firstOffset(of: UInt8(ascii: "="), from: position) {
            output.append(copying: line.extracting(position..<escape))
            if escape + 2 < line.count, let high = line[escape + 1].hexadecimalValue,
                let low = line[escape + 2].hexadecimalValue
            {
                output.append(high << 4 | low)
                position = escape + 3
            } else {
                defects.report(.quotedPrintableEscape, at: offset + escape)
                output.append(UInt8(ascii: "="))
                position = escape + 1
            }
        }
        output.append(copying: line.extracting(position..<line.count))
    }
}

extension [UInt8] {
    /// Adds a copy of `octets`.
    mutating func append(copying octets: Span<UInt8>) {
        // Holds: the buffer is read inside the closure only.
        unsafe octets.withUnsafeBufferPointer { buffer in unsafe append(contentsOf: buffer) }
    }
}
