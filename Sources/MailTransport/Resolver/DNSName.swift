import Octets

/// A domain name as DNS messages carry it: labels of any octets, the root's empty one left out (RFC 1035 §3.1).
package struct DNSName: Sendable, Hashable, CustomStringConvertible {
    /// The labels from the host upwards, none for the root; each has 1...63 octets, all together at most 254 with their lengths.
    package let labels: [[UInt8]]

    /// The root.
    package static let root = DNSName(unchecked: [])

    private init(unchecked labels: [[UInt8]]) {
        self.labels = labels
    }

    /// The name that `text` spells with dots, with or without one at its end; nil where a label or the whole is too long or empty.
    package init?(_ text: String) {
        var text = text[...]
        if text.hasSuffix(".") { text.removeLast() }
        let labels =
            text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard labels.allSatisfy({ (1...63).contains($0.count) }) else { return nil }
        guard labels.reduce(1, { $0 + $1.count + 1 }) <= Self.maximumLength else { return nil }
        self.labels = labels
    }

    /// Reads the name at the cursor, and moves behind it.
    ///
    /// A name may end in a pointer to an earlier one (RFC 1035 §4.1.4). Each pointer must lead further back than the last, so that
    /// none leads in a circle, and there may be no more of them than a name has labels.
    init(at cursor: inout OctetCursor) throws(GrammarError) {
        var labels: [[UInt8]] = []
        var length = 1
        var jumps = 0
        var place = cursor.position
        var lowest = place
        var end: Int?
        let octets = cursor.octets
        func broken() -> GrammarError { GrammarError(rule: "domain-name", offset: place, in: octets) }
        while true {
            guard place < octets.count else { throw broken() }
            let head = Int(octets[place])
            switch head & 0xC0 {
            case 0 where head == 0:
                cursor.move(to: end ?? place + 1)
                self.labels = labels
                return
            case 0:
                length += head + 1
                guard octets.count - place > head, length <= Self.maximumLength else { throw broken() }
                labels.append([UInt8](copying: octets.extracting((place + 1)..<(place + 1 + head))))
                place += head + 1
            case 0xC0:
                guard octets.count - place >= 2 else { throw broken() }
                let target = (head & 0x3F) << 8 | Int(octets[place + 1])
                jumps += 1
                guard target < lowest, jumps <= Self.maximumJumps else { throw broken() }
                if end == nil { end = place + 2 }
                place = target
                lowest = target
            default:
                // Kinds of labels that were tried and given up, or never defined (RFC 6891 §5).
                throw broken()
            }
        }
    }

    /// The name as it goes on the wire, uncompressed.
    package var octets: [UInt8] {
        labels.reduce(into: []) { octets, label in octets += [UInt8(label.count)] + label } + [0]
    }

    /// Whether both are the same name: ASCII letters are compared without case (RFC 4343 §3).
    package static func == (left: DNSName, right: DNSName) -> Bool {
        left.labels.count == right.labels.count
            && zip(left.labels, right.labels).allSatisfy { pair in
                pair.0.count == pair.1.count && zip(pair.0, pair.1).allSatisfy { $0.lowercased == $1.lowercased }
            }
    }

    package func hash(into hasher: inout Hasher) {
        for label in labels { hasher.combine(label.map(\.lowercased)) }
    }

    /// Whether this is `domain` or a name below it.
    package func isWithin(_ domain: DNSName) -> Bool {
        labels.count >= domain.labels.count && DNSName(unchecked: Array(labels.suffix(domain.labels.count))) == domain
    }

    /// The name with another label in front of it; nil where it does not fit.
    package func prefixed(by label: String) -> DNSName? { DNSName("\(label).\(text)") }

    /// The name as a host's, in lower case; nil for the root and for a name that no host has (RFC 1123 §2.1).
    package var hostName: String? {
        let isHost = labels.joined().allSatisfy {
            $0.isAlpha || $0.isDigit || $0 == ASCII.hyphen || $0 == UInt8(ascii: "_")
        }
        return labels.isEmpty || !isHost ? nil : text.lowercased()
    }

    /// The name with dots, `.` for the root; what is neither a letter, digit nor harmless sign is escaped as `\DDD` (RFC 1035 §5.1).
    package var description: String { labels.isEmpty ? "." : text }

    private var text: String {
        labels.map { label in
            label.map { octet in
                switch octet {
                case ASCII.dot, ASCII.backslash: "\\\(Character(Unicode.Scalar(octet)))"
                case 0x21...0x7E: "\(Character(Unicode.Scalar(octet)))"
                default: "\\" + String(repeating: "0", count: octet < 10 ? 2 : octet < 100 ? 1 : 0) + "\(octet)"
                }
            }.joined()
        }.joined(separator: ".")
    }

    /// The octets that a name may have on the wire (RFC 1035 §3.1).
    private static let maximumLength = 255
    /// A name has no more labels than this, and so no use for more pointers.
    private static let maximumJumps = 127
}
