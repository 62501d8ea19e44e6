/// Octets in hexadecimal, two digits each, in upper case.
enum HexadecimalText {
    static func of(_ octets: some Sequence<UInt8>) -> String {
        octets.map { octet in
            let digits = String(octet, radix: 16, uppercase: true)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
