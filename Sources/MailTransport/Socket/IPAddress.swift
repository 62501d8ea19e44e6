import Glibc

/// An IPv4 or IPv6 address, without a port.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address in network order: 4 octets or 16.
    package let octets: [UInt8]
    /// The number of the interface that a link-local address belongs to (RFC 4007 §6); 0 for none.
    package let scope: UInt32

    /// The address of 4 or 16 octets in network order; nil for any other number of them.
    package init?(octets: [UInt8], scope: UInt32 = 0) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        self.octets = octets
        self.scope = scope
    }

    /// The address that `text` is a literal of: four decimal numbers, or IPv6 by RFC 4291 §2.2 without brackets or scope.
    package init?(_ text: String) {
        var octets = [UInt8](repeating: 0, count: 16)
        // Holds: the text is NUL-terminated for the call, and 16 octets are room for either family.
        if unsafe inet_pton(AF_INET, text, &octets) == 1 {
            octets.removeLast(12)
        } else if unsafe inet_pton(AF_INET6, text, &octets) != 1 {
            return nil
        }
        // A NUL would end the text for the C library, and what is behind it would go unseen.
        guard !text.utf8.contains(0) else { return nil }
        self.init(octets: octets)
    }

    /// The family that the address belongs to.
    package var family: AddressFamily { octets.count == 4 ? .ipv4 : .ipv6 }

    /// The literal, without scope, IPv6 in the form of RFC 5952.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // Holds: as many octets as the family has, and a buffer that is long enough for either.
        guard unsafe inet_ntop(family.number, octets, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The address among the IPv6 ones: an IPv4 address is mapped (RFC 4291 §2.5.5.2).
    var mapped: [UInt8] { octets.count == 16 ? octets : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] + octets }

    /// Whether it is `::ffff:a.b.c.d`, an IPv4 address in IPv6 clothes.
    var isMapped: Bool {
        octets.count == 16 && octets[..<10].allSatisfy { $0 == 0 } && octets[10...11] == [0xFF, 0xFF]
    }
}
