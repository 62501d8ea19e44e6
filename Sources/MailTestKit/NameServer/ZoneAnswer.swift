internal import MailTransport

/// What a scripted name server answers to a question.
public indirect enum ZoneAnswer: Sendable {
    /// These records, and no error. Over UDP, the answer is cut where it has more than 512 octets.
    case records([ZoneRecord])
    /// These records, said to be verified by DNSSEC.
    case authenticated([ZoneRecord])
    /// No record, and this response code: 2 for SERVFAIL, 3 for NXDOMAIN.
    case responseCode(UInt8)
    /// These octets behind the identifier of the question, right or wrong.
    case octets([UInt8])
    /// Over UDP a datagram that says it was cut, and over TCP the answer.
    case cut(ZoneAnswer)
    /// No answer, ever.
    case silence
    /// The answer after so long.
    case late(Duration, ZoneAnswer)
    /// The first answer to the first such question, the second to the second, and the last to all others.
    case inTurn([ZoneAnswer])

    /// The octets that answer `query`; nil for none.
    func message(to query: DNSMessage, question: [UInt8], overTCP: Bool) -> [UInt8]? {
        func message(_ flags: UInt16, _ records: [ZoneRecord]) -> [UInt8] {
            let head = [query.identifier, flags, 1, UInt16(truncatingIfNeeded: records.count), 0, 0]
            return head.flatMap(ZoneRecord.octets) + question + records.flatMap(\.octets)
        }
        func whole(_ flags: UInt16, _ records: [ZoneRecord]) -> [UInt8] {
            let octets = message(flags, records)
            return overTCP || octets.count <= 512 ? octets : message(flags | Self.truncated, [])
        }
        switch self {
        case .records(let records): return whole(Self.answer, records)
        case .authenticated(let records): return whole(Self.answer | Self.authenticData, records)
        case .responseCode(let code): return message(Self.answer | UInt16(code & 0x0F), [])
        case .octets(let octets): return ZoneRecord.octets(query.identifier) + octets
        case .cut(let answer):
            return overTCP
                ? answer.message(to: query, question: question, overTCP: true)
                : message(Self.answer | Self.truncated, [])
        case .silence, .late, .inTurn: return nil
        }
    }

    /// QR, RD and RA.
    private static let answer: UInt16 = 0x8180
    private static let truncated: UInt16 = 0x0200
    private static let authenticData: UInt16 = 0x0020
}
