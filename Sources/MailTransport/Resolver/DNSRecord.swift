import Octets

/// A resource record of a DNS message (RFC 1035 §4.1.3).
package struct DNSRecord: Sendable, Hashable {
    /// A kind of record, by its number.
    package struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// The TYPE of RFC 1035 §3.2.2.
        package let number: UInt16

        /// The kind of this number.
        package init(_ number: UInt16) {
            self.number = number
        }

        /// An IPv4 address.
        package static let a = Kind(1)
        /// Another name for the same thing.
        package static let cname = Kind(5)
        /// A host that takes mail.
        package static let mx = Kind(15)
        /// An IPv6 address (RFC 3596).
        package static let aaaa = Kind(28)
        /// A host that offers a service (RFC 2782).
        package static let srv = Kind(33)

        /// The kind that has the addresses of `family`.
        package static func addresses(_ family: AddressFamily) -> Kind { family == .ipv4 ? .a : .aaaa }

        /// The mnemonic, or `TYPE` and the number (RFC 3597 §5).
        package var description: String {
            switch self {
            case .a: "A"
            case .cname: "CNAME"
            case .mx: "MX"
            case .aaaa: "AAAA"
            case .srv: "SRV"
            default: "TYPE\(number)"
            }
        }
    }

    /// What a record says, for the kinds that are known here.
    package enum Value: Sendable, Hashable {
        case address(IPAddress)
        case canonicalName(DNSName)
        case mailExchanger(preference: UInt16, DNSName)
        case service(priority: UInt16, weight: UInt16, port: UInt16, target: DNSName)
        /// Of another kind or class: the octets as they are.
        case other([UInt8])
    }

    /// The name that the record is about.
    package let name: DNSName
    /// Its kind.
    package let kind: Kind
    /// Its class, 1 for the Internet.
    package let recordClass: UInt16
    /// For how many seconds it holds.
    package let timeToLive: UInt32
    /// What it says.
    package let value: Value

    /// Reads the record at the cursor, and moves behind it.
    init(at cursor: inout OctetCursor) throws(GrammarError) {
        name = try DNSName(at: &cursor)
        kind = Kind(try cursor.number16("TYPE"))
        recordClass = try cursor.number16("CLASS")
        timeToLive = UInt32(try cursor.number16("TTL")) << 16 | UInt32(try cursor.number16("TTL"))
        let length = Int(try cursor.number16("RDLENGTH"))
        let start = cursor.position
        guard length <= cursor.remaining else { throw GrammarError(rule: "RDATA", offset: start, in: cursor.octets) }
        // The names within may point back to before the record, but not reach behind its end.
        var data = OctetCursor(cursor.octets.extracting(0..<(start + length)))
        data.move(to: start)
        value = try Self.value(kind, recordClass, &data)
        guard data.isAtEnd else {
            throw GrammarError(rule: "RDATA of \(kind)", offset: data.position, in: cursor.octets)
        }
        cursor.move(to: start + length)
    }

    private static func value(
        _ kind: Kind, _ recordClass: UInt16, _ data: inout OctetCursor
    ) throws(GrammarError) -> Value {
        guard recordClass == DNSMessage.internet else { return .other([UInt8](copying: data.takeRest())) }
        switch kind {
        case .a, .aaaa:
            let length = kind == .a ? 4 : 16
            let start = data.position
            guard data.remaining == length, let octets = data.take(length),
                let address = IPAddress(octets: [UInt8](copying: octets))
            else { throw GrammarError(rule: "RDATA of \(kind)", offset: start, in: data.octets) }
            return .address(address)
        case .cname:
            return .canonicalName(try DNSName(at: &data))
        case .mx:
            return .mailExchanger(preference: try data.number16("PREFERENCE"), try DNSName(at: &data))
        case .srv:
            return .service(
                priority: try data.number16("Priority"), weight: try data.number16("Weight"),
                port: try data.number16("Port"), target: try DNSName(at: &data))
        default:
            return .other([UInt8](copying: data.takeRest()))
        }
    }
}

extension OctetCursor {
    /// Takes two octets as a number, the higher one first.
    mutating func number16(_ rule: String) throws(GrammarError) -> UInt16 {
        let start = position
        guard let octets = take(2) else { throw GrammarError(rule: rule, offset: start, in: self.octets) }
        return UInt16(octets[0]) << 8 | UInt16(octets[1])
    }
}
