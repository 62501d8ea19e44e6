/// The Base64 of RFC 4648 §4, as SASL exchanges use it: one line, padded, nothing else in between.
public enum Base64 {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, octet) in alphabet.enumerated() { table[Int(octet)] = UInt8(value) }
        return table
    }()

    /// The octets of `input` in Base64, padded with `=`; 4 octets for every 3 begun.
    public static func encode(_ input: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity((input.count + 2) / 3 * 4)
        var index = 0
        while index < input.count {
            let left = input.count - index
            let first = input[index]
            let second = left > 1 ? input[index + 1] : 0
            let third = left > 2 ? input[index + 2] : 0
            output.append(alphabet[Int(first >> 2)])
            output.append(alphabet[Int((first & 0x03) << 4 | second >> 4)])
            output.append(left > 1 ? alphabet[Int((second & 0x0F) << 2 | third >> 6)] : padding)
            output.append(left > 2 ? alphabet[Int(third & 0x3F)] : padding)
            index += 3
        }
        return output
    }

    /// The octets that `input` stands for; nil where it is not Base64 to the letter.
    ///
    /// Refused: an octet outside the alphabet, white space, missing or surplus padding, and bits under the padding that
    /// are not zero (RFC 4648 §3.5), so that every value has one spelling.
    public static func decode(_ input: Span<UInt8>) -> [UInt8]? {
        guard input.count % 4 == 0 else { return nil }
        guard !input.isEmpty else { return [] }
        var length = input.count
        while length > input.count - 2, input[length - 1] == padding { length -= 1 }
        var output: [UInt8] = []
        output.reserveCapacity(input.count / 4 * 3)
        var bits: UInt32 = 0
        var held = 0
        for index in 0..<length {
            let value = values[Int(input[index])]
            guard value != 0xFF else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        guard bits & ((1 << UInt32(held)) - 1) == 0 else { return nil }
        return output
    }

    private static let padding: UInt8 = 0x3D
}
