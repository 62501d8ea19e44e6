internal import Octets

/// The base64 of message bodies (RFC 2045 §6.8): broken into lines, and often damaged on its way.
enum Base64Decoder {
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, octet) in alphabet.utf8.enumerated() { table[Int(octet)] = UInt8(value) }
        return table
    }()

    /// The octets that `input`, at `offset` of the message, stands for. White space is passed over; so is everything else
    /// outside the alphabet, which is a defect. Base64 may begin anew behind padding.
    ///
    /// - Parameter damage: the one defect to tell for all damage, where the caller does not care for the exact place.
    static func decode(
        _ input: Span<UInt8>, offset: Int, damage: Defect.Kind? = nil, defects: inout DefectList
    ) -> [UInt8] {
        let table = values
        var firstIllegal: Int?
        var firstAfterPadding: Int?
        var endsInGroup = false
        let output = [UInt8](capacity: input.count / 4 * 3 + 3) { output in
            var index = 0
            var bits: UInt32 = 0
            var held = 0
            var isPadded = false
            while index < input.count {
                while held == 0, input.count - index >= 4 {
                    let first = table[Int(input[index])]
                    let second = table[Int(input[index + 1])]
                    let third = table[Int(input[index + 2])]
                    let fourth = table[Int(input[index + 3])]
                    guard first | second | third | fourth < 0x40 else { break }
                    if isPadded, firstAfterPadding == nil { firstAfterPadding = index }
                    output.append(first << 2 | second >> 4)
                    output.append(second << 4 | third >> 2)
                    output.append(third << 6 | fourth)
                    index += 4
                }
                guard index < input.count else { break }
                let octet = input[index]
                index += 1
                let value = table[Int(octet)]
                if value < 0x40 {
                    if isPadded, firstAfterPadding == nil { firstAfterPadding = index - 1 }
                    bits = bits << 6 | UInt32(value)
                    held += 6
                    if held == 24 {
                        output.append(UInt8(truncatingIfNeeded: bits >> 16))
                        output.append(UInt8(truncatingIfNeeded: bits >> 8))
                        output.append(UInt8(truncatingIfNeeded: bits))
                        bits = 0
                        held = 0
                    }
                } else if octet == UInt8(ascii: "=") {
                    // Padding ends the group; octets of which 8 bits have come are whole.
                    if held == 6 { endsInGroup = true }
                    if held >= 12 { output.append(UInt8(truncatingIfNeeded: bits >> UInt32(held - 8))) }
                    if held == 18 { output.append(UInt8(truncatingIfNeeded: bits >> 2)) }
                    if held > 0 { isPadded = true }
                    bits = 0
                    held = 0
                } else if !octet.isLinearSpace, firstIllegal == nil {
                    firstIllegal = index - 1
                }
            }
            if held > 0 {
                endsInGroup = true
                if held >= 12 { output.append(UInt8(truncatingIfNeeded: bits >> UInt32(held - 8))) }
                if held == 18 { output.append(UInt8(truncatingIfNeeded: bits >> 2)) }
            }
        }
        if let firstIllegal { defects.report(damage ?? .base64Octet, at: offset + firstIllegal) }
        if let firstAfterPadding { defects.report(damage ?? .base64AfterPadding, at: offset + firstAfterPadding) }
        if endsInGroup { defects.report(damage ?? .base64Padding, at: offset + input.count) }
        return output
    }
}
