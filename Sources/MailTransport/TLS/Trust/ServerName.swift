import Glibc
import Octets

/// Whom a TLS server has to prove to be: a host name in A-labels, or a literal address (RFC 9525 §6.1).
struct ServerName: Sendable, Hashable, CustomStringConvertible {
    /// The host name in lower case without the root's dot, or the address in the usual notation.
    let text: String
    /// The address's 4 or 16 octets; empty for a host name.
    let address: [UInt8]

    /// Whether it is a literal address, which certificates name in iPAddress entries alone, and which is no server name
    /// (RFC 6066 §3).
    var isAddress: Bool { !address.isEmpty }

    var description: String { text.escapedForDisplay }

    /// The name that `text` spells; U-labels are turned into A-labels, which may block: see `InternationalizedName`.
    ///
    /// - Throws: `.invalidEndpoint` for what no certificate could name.
    init(_ text: String) throws(TransportError) {
        // A scope says which way an address is, not which address it is (RFC 4007 §11).
        let unscoped = text.utf8.contains(UInt8(ascii: ":")) ? String(text.prefix { $0 != "%" }) : text
        address = Self.octets(unscoped)
        guard address.isEmpty else {
            self.text = CertificateNames.address(address)
            return
        }
        var name = try InternationalizedName.asciiForm(of: text)
        if name.utf8.last == ASCII.dot { name.removeLast() }
        guard Self.isHostName(name) else {
            throw TransportError(
                .invalidEndpoint, during: "TLS set-up", "\(text.escapedForDisplay) is no name a TLS server can prove")
        }
        self.text = String(decoding: name.utf8.map(\.lowercased), as: UTF8.self)
    }

    /// Whether `text` is all ASCII, so that making its name does not block.
    static func isImmediate(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    /// Letters, digits, hyphens (and underscores, which are about) in labels of 1 to 63, 253 in all; the last label is no
    /// number, which resolvers would take for an address.
    static func isHostName(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, let last = labels.last else { return false }
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.count)
                && label.allSatisfy { $0.isAlpha || $0.isDigit || $0 == ASCII.hyphen || $0 == UInt8(ascii: "_") }
        }
        let isHexadecimal =
            last.first == UInt8(ascii: "0") && last.dropFirst().first?.lowercased == UInt8(ascii: "x")
            && last.dropFirst(2).allSatisfy { $0.hexadecimalValue != nil }
        return areLabels && !isHexadecimal && !last.allSatisfy(\.isDigit)
    }

    private static func octets(_ text: String) -> [UInt8] {
        guard !text.utf8.contains(0) else { return [] }
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var octets = [UInt8](repeating: 0, count: count)
            // Holds: the text is NUL-terminated for the call, and the room is what the family has.
            if unsafe inet_pton(family, text, &octets) == 1 { return octets }
        }
        return []
    }
}
