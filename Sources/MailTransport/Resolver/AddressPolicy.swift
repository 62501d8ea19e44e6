import Octets

/// In which order the addresses of a host should be tried (RFC 6724 §6), and the table that says so (§2.1).
///
/// Left out are the rules that ask the kernel what it does not readily tell: deprecated and home addresses (3, 4) and native transport (7).
package struct AddressPolicy: Sendable, Equatable {
    /// A row of the policy table: what holds for the addresses that begin alike.
    struct Row: Sendable, Equatable {
        let prefix: IPAddress
        let length: Int
        var value: Int
    }

    private var precedences: [Row]
    private var labels: [Row]

    /// The table of RFC 6724 §2.1.
    package static let standard = AddressPolicy(
        precedences: table([
            ("::1", 128, 50), ("::", 0, 40), ("::ffff:0:0", 96, 35), ("2002::", 16, 30), ("2001::", 32, 5),
            ("fc00::", 7, 3),
            ("::", 96, 1), ("fec0::", 10, 1), ("3ffe::", 16, 1),
        ]),
        labels: table([
            ("::1", 128, 0), ("::", 0, 1), ("::ffff:0:0", 96, 4), ("2002::", 16, 2), ("2001::", 32, 5),
            ("fc00::", 7, 13),
            ("::", 96, 3), ("fec0::", 10, 11), ("3ffe::", 16, 12),
        ]))

    private init(precedences: [Row], labels: [Row]) {
        self.precedences = precedences
        self.labels = labels
    }

    /// The policy that a gai.conf(5) describes: one `precedence` line in it replaces all that is standard there, and so does one
    /// `label` line. What is not understood is passed over, as the C library does.
    package init(gaiConfiguration text: some Sequence<UInt8>) {
        var precedences: [Row] = []
        var labels: [Row] = []
        for line in Array(text).split(separator: ASCII.lf).prefix(Self.maximumLines) {
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split { $0.isWhiteSpace || $0 == ASCII.cr }.map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 3, let value = Int(words[2]), (0...Int(Int32.max)).contains(value) else { continue }
            let parts = words[1].split(separator: "/", maxSplits: 1)
            guard let prefix = parts.first.flatMap({ IPAddress(String($0)) }), prefix.family == .ipv6 else { continue }
            let length = parts.count == 2 ? Int(parts[1]) ?? -1 : 128
            guard (0...128).contains(length) else { continue }
            let row = Row(prefix: prefix, length: length, value: value)
            switch words[0].lowercased() {
            case "precedence": precedences.append(row)
            case "label": labels.append(row)
            default: continue
            }
        }
        self.precedences = precedences.isEmpty ? Self.standard.precedences : precedences
        self.labels = labels.isEmpty ? Self.standard.labels : labels
    }

    /// The addresses, the ones to be preferred first, otherwise in the order they have.
    ///
    /// - Parameter source: the address that packets to another would come from; nil for no way there.
    package func ordered(_ addresses: [IPAddress], _ source: (IPAddress) -> IPAddress?) -> [IPAddress] {
        let known = addresses.enumerated().map { (place: $0.offset, pair: Pair($0.element, source($0.element))) }
        return known.sorted { left, right in
            compare(left.pair, right.pair) ?? (left.place < right.place)
        }.map(\.pair.destination)
    }

    /// A destination, and where packets to it would come from.
    private struct Pair {
        let destination: IPAddress
        let source: IPAddress?

        init(_ destination: IPAddress, _ source: IPAddress?) {
            self.destination = destination
            self.source = source
        }
    }

    /// Whether `left` is to be preferred; nil where no rule says so.
    private func compare(_ left: Pair, _ right: Pair) -> Bool? {
        // Rule 1: avoid unusable destinations.
        guard let leftSource = left.source, let rightSource = right.source else {
            return (left.source == nil) == (right.source == nil) ? nil : left.source != nil
        }
        // Rule 2: prefer matching scope.
        let leftScope = Self.scope(left.destination)
        let rightScope = Self.scope(right.destination)
        let leftMatches = leftScope == Self.scope(leftSource)
        guard leftMatches == (rightScope == Self.scope(rightSource)) else { return leftMatches }
        // Rule 5: prefer matching label.
        let leftLabelled = label(left.destination) == label(leftSource)
        guard leftLabelled == (label(right.destination) == label(rightSource)) else { return leftLabelled }
        // Rule 6: prefer higher precedence.
        let leftPrecedence = precedence(left.destination)
        let rightPrecedence = precedence(right.destination)
        guard leftPrecedence == rightPrecedence else { return leftPrecedence > rightPrecedence }
        // Rule 8: prefer smaller scope.
        guard leftScope == rightScope else { return leftScope < rightScope }
        // Rule 9: use longest matching prefix; not for IPv4, where it would undo the servers' sharing of load.
        guard left.destination.family == .ipv6, right.destination.family == .ipv6 else { return nil }
        let leftCommon = min(Self.commonBits(left.destination, leftSource), 64)
        let rightCommon = min(Self.commonBits(right.destination, rightSource), 64)
        return leftCommon == rightCommon ? nil : leftCommon > rightCommon
    }

    private func precedence(_ address: IPAddress) -> Int { Self.value(of: address, in: precedences) }

    private func label(_ address: IPAddress) -> Int { Self.value(of: address, in: labels) }

    private static func value(of address: IPAddress, in rows: [Row]) -> Int {
        rows.filter { commonBits($0.prefix, address) >= $0.length }.max { $0.length < $1.length }?.value ?? 0
    }

    /// The scope of RFC 4291 §2.7 and RFC 6724 §3.1 and §3.2.
    private static func scope(_ address: IPAddress) -> UInt8 {
        let octets = address.mapped
        if address.family == .ipv4 || address.isMapped {
            return octets[12] == 127 || octets[12...13] == [169, 254] ? 2 : 14
        }
        if octets[0] == 0xFF { return octets[1] & 0x0F }
        if octets[0] == 0xFE, octets[1] & 0xC0 == 0x80 { return 2 }
        if octets[0] == 0xFE, octets[1] & 0xC0 == 0xC0 { return 5 }
        // The loopback address counts as link-local.
        return octets[..<15].allSatisfy { $0 == 0 } && octets[15] == 1 ? 2 : 14
    }

    private static func commonBits(_ left: IPAddress, _ right: IPAddress) -> Int {
        var count = 0
        for (one, other) in zip(left.mapped, right.mapped) {
            guard one == other else { return count + (one ^ other).leadingZeroBitCount }
            count += 8
        }
        return count
    }

    private static func table(_ rows: [(String, Int, Int)]) -> [Row] {
        rows.compactMap { prefix, length, value in
            IPAddress(prefix).map { Row(prefix: $0, length: length, value: value) }
        }
    }

    private static let maximumLines = 1000
}
