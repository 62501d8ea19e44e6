internal import MailTransport

/// A record that a scripted name server gives out.
public struct ZoneRecord: Sendable, Hashable {
    let type: UInt16
    let data: [UInt8]
    /// The name that the record is about; nil for the name that was asked about.
    var owner: String?

    /// A record of type `type` with these octets, right or wrong.
    public init(type: UInt16, data: [UInt8]) {
        self.type = type
        self.data = data
    }

    /// The address record, A or AAAA, of a literal address; an empty one where `address` is none.
    public static func address(_ address: String) -> ZoneRecord {
        let octets = IPAddress(address)?.octets ?? []
        return ZoneRecord(type: octets.count == 4 ? 1 : 28, data: octets)
    }

    /// An alias.
    public static func alias(to name: String) -> ZoneRecord {
        ZoneRecord(type: 5, data: wire(name))
    }

    /// A host that takes mail; `.` for none (RFC 7505).
    public static func mailExchanger(_ preference: UInt16, _ host: String) -> ZoneRecord {
        ZoneRecord(type: 15, data: octets(preference) + wire(host))
    }

    /// A host that offers a service; `.` for none (RFC 2782).
    public static func service(
        _ priority: UInt16, _ weight: UInt16, _ port: UInt16, _ host: String
    ) -> ZoneRecord {
        ZoneRecord(type: 33, data: octets(priority) + octets(weight) + octets(port) + wire(host))
    }

    /// The same record about another name than the one that was asked about, such as an alias's target.
    public func about(_ name: String) -> ZoneRecord {
        var record = self
        record.owner = name
        return record
    }

    /// The record on the wire; its owner a pointer to the question where it is the name that was asked about.
    var octets: [UInt8] {
        (owner.map(Self.wire) ?? [0xC0, 12]) + Self.octets(type) + Self.octets(1) + [0, 0, 0, 60]
            + Self.octets(UInt16(truncatingIfNeeded: data.count)) + data
    }

    static func octets(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

    private static func wire(_ name: String) -> [UInt8] { DNSName(name)?.octets ?? [0] }
}
