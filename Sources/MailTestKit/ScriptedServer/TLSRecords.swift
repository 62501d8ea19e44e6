/// TLS's records, as far as telling them from plaintext goes (RFC 8446 §5.1).
enum TLSRecords {
    /// What stands behind the whole records that `octets` begin with: an alert may be sent whenever a handshake fails.
    static func rest(of octets: [UInt8]) -> ArraySlice<UInt8> {
        var rest = octets[...]
        while rest.count >= 5 {
            let header = Array(rest.prefix(5))
            let length = Int(header[3]) << 8 | Int(header[4])
            guard (20...23).contains(header[0]), header[1] == 3, rest.count >= 5 + length else { break }
            rest = rest.dropFirst(5 + length)
        }
        return rest
    }
}
