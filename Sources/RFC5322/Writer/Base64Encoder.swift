internal import Octets

/// The base64 of message bodies (RFC 2045 §6.8).
enum Base64Encoder {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// `octets` in lines of 76 characters with CRLF between, none behind the last.
    static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        let alphabet = alphabet
        let groups = (octets.count + 2) / 3
        return [UInt8](capacity: groups * 4 + groups / 19 * 2) { output in
            var index = 0
            var groupsInLine = 0
            while index < octets.count {
                if groupsInLine == 19 {
                    output.append(ASCII.cr)
                    output.append(ASCII.lf)
                    groupsInLine = 0
                }
                let left = octets.count - index
                let first = octets[index]
                let second = left > 1 ? octets[index + 1] : 0
                let third = left > 2 ? octets[index + 2] : 0
                output.append(alphabet[Int(first >> 2)])
                output.append(alphabet[Int((first & 0x03) << 4 | second >> 4)])
                output.append(left > 1 ? alphabet[Int((second & 0x0F) << 2 | third >> 6)] : UInt8(ascii: "="))
                output.append(left > 2 ? alphabet[Int(third & 0x3F)] : UInt8(ascii: "="))
                index += 3
                groupsInLine += 1
            }
        }
    }
}
