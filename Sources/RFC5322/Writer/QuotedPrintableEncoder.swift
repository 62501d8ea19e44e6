internal import Octets

/// Quoted-printable (RFC 2045 §6.7).
enum QuotedPrintableEncoder {
    /// A line may be 76 characters long, a soft line break's `=` included.
    private static let lineLength = 76

    /// `octets` in quoted-printable. CRLF stays a line end; every other CR and LF becomes an escape, so that octets come back
    /// as they were. White space before a line end, `From ` at the start of a line and a lone dot are escaped, since
    /// programs on the way change them.
    static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(octets.count + octets.count / 8)
        var lineStart = 0
        while lineStart < octets.count {
            var search = lineStart
            var lineEnd = octets.count
            var hasBreak = false
            while let lineFeed = octets.firstOffset(of: ASCII.lf, from: search) {
                if lineFeed > lineStart, octets[lineFeed - 1] == ASCII.cr {
                    lineEnd = lineFeed - 1
                    hasBreak = true
                    break
                }
                search = lineFeed + 1
            }
            encodeLine(octets.extracting(lineStart..<lineEnd), into: &output)
            lineStart = lineEnd
            if hasBreak {
                output.append(ASCII.cr)
                output.append(ASCII.lf)
                lineStart += 2
            }
        }
        return output
    }

    private static func encodeLine(_ line: Span<UInt8>, into output: inout [UInt8]) {
        let isRisky = line.hasPrefixIgnoringCase("From ") || (line.count == 1 && line[0] == ASCII.dot)
        var column = 0
        for index in line.indices {
            let octet = line[index]
            let isLast = index == line.count - 1
            let isPlain = octet.isWhiteSpace ? !isLast : octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: "=")
            let escapes = !isPlain || (isRisky && index == 0)
            let length = escapes ? 3 : 1
            // The last octet of a line needs no room for a soft line break behind it.
            if column + length > (isLast ? lineLength : lineLength - 1) {
                output.append(UInt8(ascii: "="))
                output.append(ASCII.cr)
                output.append(ASCII.lf)
                column = 0
            }
            if escapes {
                output.append(UInt8(ascii: "="))
                output.append(Hexadecimal.digits[Int(octet >> 4)])
                output.append(Hexadecimal.digits[Int(octet & 0x0F)])
            } else {
                output.append(octet)
            }
            column += length
        }
    }
}
