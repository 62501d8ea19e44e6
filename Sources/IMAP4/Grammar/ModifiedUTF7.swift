internal import Octets

/// The mailbox name encoding of RFC 3501 §5.1.3: ASCII as it is, `&` as `&-`, all else as UTF-16 in a Base64 of its
/// own between `&` and `-`.
package enum ModifiedUTF7 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, octet) in alphabet.enumerated() { table[Int(octet)] = UInt8(value) }
        return table
    }()

    /// The encoded form of `text`; printable US-ASCII whatever the text holds.
    package static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        var shifted: [UInt16] = []
        for scalar in text.unicodeScalars {
            if (0x20...0x7E).contains(scalar.value) {
                flush(&shifted, to: &output)
                output.append(UInt8(truncatingIfNeeded: scalar.value))
                if scalar == "&" { output.append(ASCII.hyphen) }
            } else {
                shifted.append(contentsOf: UTF16.encode(scalar).map { Array($0) } ?? [])
            }
        }
        flush(&shifted, to: &output)
        return output
    }

    private static func flush(_ units: inout [UInt16], to output: inout [UInt8]) {
        guard !units.isEmpty else { return }
        output.append(0x26)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for unit in units {
            bits = bits << 16 | UInt32(unit)
            held += 16
            while held >= 6 {
                held -= 6
                output.append(alphabet[Int(bits >> held & 0x3F)])
            }
            bits &= (1 << held) - 1
        }
        if held > 0 { output.append(alphabet[Int(bits << (6 - held) & 0x3F)]) }
        output.append(ASCII.hyphen)
        units.removeAll(keepingCapacity: true)
    }

    /// The text of `octets`; nil where they are not modified UTF-7 to the letter, so that each text has one encoding.
    ///
    /// Refused: 8-bit octets and controls, a shift that does not end, that stands right behind another, that holds
    /// what stands for itself in ASCII, half a UTF-16 unit, a lone surrogate, or bits behind the last unit that are
    /// not zero.
    package static func decode(_ octets: Span<UInt8>) -> String? {
        var text = ""
        var index = 0
        var previousShiftEnd: Int?
        while index < octets.count {
            let octet = octets[index]
            guard (0x20...0x7E).contains(octet) else { return nil }
            guard octet == 0x26 else {
                text.unicodeScalars.append(Unicode.Scalar(octet))
                index += 1
                continue
            }
            guard let end = octets.firstOffset(of: ASCII.hyphen, from: index) else { return nil }
            if end == index + 1 {
                text.unicodeScalars.append("&")
            } else {
                guard previousShiftEnd != index,
                    let shifted = decodeShift(octets.extracting((index + 1)..<end))
                else { return nil }
                text += shifted
                previousShiftEnd = end + 1
            }
            index = end + 1
        }
        return text
    }

    private static func decodeShift(_ octets: Span<UInt8>) -> String? {
        var units: [UInt16] = []
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for index in 0..<octets.count {
            let value = values[Int(octets[index])]
            guard value != 0xFF else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 16 {
                held -= 16
                units.append(UInt16(truncatingIfNeeded: bits >> held))
                bits &= (1 << held) - 1
            }
        }
        guard held < 6, bits == 0, let text = String(validating: units, as: UTF16.self) else { return nil }
        guard !text.unicodeScalars.contains(where: { (0x20...0x7E).contains($0.value) }) else { return nil }
        return text
    }
}
