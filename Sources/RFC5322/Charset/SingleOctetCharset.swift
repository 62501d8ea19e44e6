internal import Octets

/// The charsets that need no tables but their own: UTF-8, US-ASCII, ISO-8859-1 and Windows-1252.
enum SingleOctetCharset {
    /// UTF-8; what does not fit becomes U+FFFD.
    static func decodeUTF8(_ octets: Span<UInt8>) -> Charset.Decoded {
        do {
            return Charset.Decoded(text: String(copying: try UTF8Span(validating: octets)), firstInvalid: nil)
        } catch {
            return Charset.Decoded(text: String(decoding: octets), firstInvalid: error.byteOffsets.lowerBound)
        }
    }

    /// US-ASCII; octets outside are read as UTF-8 where all of them are, and are not valid all the same.
    static func decodeASCII(_ octets: Span<UInt8>) -> Charset.Decoded {
        var decoded = decodeUTF8(octets)
        guard octets.holdsEightBit else { return decoded }
        for index in octets.indices where octets[index] >= 0x80 {
            decoded.firstInvalid = index
            break
        }
        return decoded
    }

    /// A charset whose octets below 0x80 are ASCII.
    ///
    /// - Parameter upperHalf: the characters of 0x80 to 0x9F, 0 where there is none; nil for U+0080 to U+009F. Octets from
    ///   0xA0 are the characters of the same number.
    static func decode(_ octets: Span<UInt8>, upperHalf: [UInt16]?) -> Charset.Decoded {
        guard octets.holdsEightBit else { return Charset.Decoded(text: String(decoding: octets), firstInvalid: nil) }
        var text: [UInt8] = []
        text.reserveCapacity(octets.count + octets.count / 4)
        var firstInvalid: Int?
        for index in octets.indices {
            let octet = octets[index]
            if octet < 0x80 {
                text.append(octet)
                continue
            }
            var character = UInt16(octet)
            if octet < 0xA0, let upperHalf {
                character = upperHalf[Int(octet - 0x80)]
                if character == 0 {
                    if firstInvalid == nil { firstInvalid = index }
                    character = 0xFFFD
                }
            }
            if character < 0x800 {
                text.append(0xC0 | UInt8(character >> 6))
            } else {
                text.append(0xE0 | UInt8(character >> 12))
                text.append(0x80 | UInt8(character >> 6 & 0x3F))
            }
            text.append(0x80 | UInt8(character & 0x3F))
        }
        return Charset.Decoded(text: String(decoding: text.span), firstInvalid: firstInvalid)
    }

    /// The characters of 0x80 to 0x9F in Windows-1252; 0 where it has none.
    static let windows1252: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]
}
