/// Octets that a caller gave as part of a configuration: compared by value, but without reading them all each time.
struct GivenOctets: Sendable, Hashable, CustomReflectable {
    let octets: [UInt8]

    init(_ octets: [UInt8]) {
        self.octets = octets
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(octets.count)
        for octet in octets.suffix(64) { hasher.combine(octet) }
    }

    /// A mirror of the count alone: what is looked at in a debugger or log is a configuration, not a certificate bundle.
    var customMirror: Mirror { Mirror(self, children: ["count": octets.count], displayStyle: .struct) }
}
