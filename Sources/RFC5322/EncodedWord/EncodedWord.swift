internal import Octets

/// `encoded-word = "=?" charset "?" encoding "?" encoded-text "?="` (RFC 2047 §2), as it stands in a field.
///
/// Also read: a language behind the charset (RFC 2231 §5), white space in the encoded text, and words of any length.
struct EncodedWord {
    /// The octets of the whole word.
    var range: Range<Int>
    var charset: Charset
    /// Whether the text is in base64 (`B`) and not in the `Q` encoding.
    var isBase64: Bool
    /// The octets of the encoded text.
    var text: Range<Int>
    /// Whether white space stands in the encoded text.
    var hasSpace = false

    /// The encoded word at `start` of `octets`, nil where there is none before `end`.
    ///
    /// It looks no further than the third question mark, so that trying every place of a field takes linear time.
    init?(in octets: Span<UInt8>, at start: Int, until end: Int, allowingSpace: Bool) {
        let question = UInt8(ascii: "?")
        guard end - start >= 7, octets[start] == UInt8(ascii: "="), octets[start + 1] == question else { return nil }
        var index = start + 2
        var charsetEnd: Int?
        while index < end, octets[index] != question {
            let octet = octets[index]
            guard octet > 0x20, octet < 0x7F, index - start < 100 else { return nil }
            if octet == ASCII.asterisk, charsetEnd == nil { charsetEnd = index }
            index += 1
        }
        let name = (start + 2)..<(charsetEnd ?? index)
        guard !name.isEmpty, index + 2 < end, octets[index + 2] == question else { return nil }
        switch octets[index + 1].lowercased {
        case UInt8(ascii: "b"): isBase64 = true
        case UInt8(ascii: "q"): isBase64 = false
        default: return nil
        }
        index += 3
        let textStart = index
        while index < end, octets[index] != question {
            if octets[index].isLinearSpace {
                guard allowingSpace else { return nil }
                hasSpace = true
            }
            index += 1
        }
        guard index + 1 < end, octets[index + 1] == UInt8(ascii: "=") else { return nil }
        text = textStart..<index
        range = start..<(index + 2)
        charset = Charset(String(decoding: octets.extracting(name)))
    }

    /// The octets that the encoded text stands for, in the word's charset.
    func decoded(in octets: Span<UInt8>, offset: Int, defects: inout DefectList) -> [UInt8] {
        let encoded = octets.extracting(text)
        if isBase64 {
            return Base64Decoder.decode(
                encoded, offset: offset + text.lowerBound, damage: .damagedEncodedWord, defects: &defects)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.count)
        var index = 0
        while index < encoded.count {
            let octet = encoded[index]
            index += 1
            switch octet {
            case UInt8(ascii: "_"):
                decoded.append(ASCII.space)
            case UInt8(ascii: "="):
                if index + 1 < encoded.count, let high = encoded[index].hexadecimalValue,
                    let low = encoded[index + 1].hexadecimalValue
                {
                    decoded.append(high << 4 | low)
                    index += 2
                } else {
                    defects.report(.damagedEncodedWord, at: offset + text.lowerBound + index - 1)
                    decoded.append(octet)
                }
            case ASCII.cr, ASCII.lf:
                break
            default:
                decoded.append(octet)
            }
        }
        return decoded
    }
}
