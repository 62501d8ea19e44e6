package import Octets

/// A message of the Domain Name System, read from its octets (RFC 1035 §4).
///
/// A message has at most 65,535 octets and therefore at most 5,957 records; the time to read it is linear in that. What stands behind the last
/// record is not looked at.
package struct DNSMessage: Sendable, Equatable {
    /// What is asked.
    package struct Question: Sendable, Hashable {
        /// The name that is asked about.
        package let name: DNSName
        /// The kind of record that is asked for.
        package let kind: DNSRecord.Kind
        /// The class that is asked for, 1 for the Internet.
        package let recordClass: UInt16
    }

    /// A response code (RFC 1035 §4.1.1).
    package struct ResponseCode: Sendable, Hashable, CustomStringConvertible {
        /// The number, 0...15.
        package let number: UInt8

        /// No error.
        package static let noError = ResponseCode(number: 0)
        /// The server could not read the query.
        package static let formatError = ResponseCode(number: 1)
        /// The server has a problem.
        package static let serverFailure = ResponseCode(number: 2)
        /// The name does not exist.
        package static let nameError = ResponseCode(number: 3)
        /// The server does not do such queries.
        package static let notImplemented = ResponseCode(number: 4)
        /// The server does not want to.
        package static let refused = ResponseCode(number: 5)

        /// The mnemonic.
        package var description: String {
            switch number {
            case 0: "NOERROR"
            case 1: "FORMERR"
            case 2: "SERVFAIL"
            case 3: "NXDOMAIN"
            case 4: "NOTIMP"
            case 5: "REFUSED"
            default: "RCODE \(number)"
            }
        }
    }

    /// The number that joins an answer to its query.
    package let identifier: UInt16
    /// The second word of the header: QR, opcode, AA, TC, RD, RA, Z, AD, CD, RCODE.
    package let flags: UInt16
    /// The questions, of which there is one in practice.
    package let questions: [Question]
    /// What answers the question.
    package let answers: [DNSRecord]
    /// Who has authority.
    package let authorities: [DNSRecord]
    /// What may help.
    package let additionals: [DNSRecord]

    /// Reads a whole message.
    ///
    /// - Throws: `GrammarError`, with the field and the offset, where the octets end too early or break a rule.
    package init(parsing octets: Span<UInt8>) throws(GrammarError) {
        var cursor = OctetCursor(octets)
        identifier = try cursor.number16("ID")
        flags = try cursor.number16("flags")
        let questionCount = try cursor.number16("QDCOUNT")
        let answerCount = try cursor.number16("ANCOUNT")
        let authorityCount = try cursor.number16("NSCOUNT")
        let additionalCount = try cursor.number16("ARCOUNT")
        var questions: [Question] = []
        for _ in 0..<questionCount {
            questions.append(
                Question(
                    name: try DNSName(at: &cursor), kind: DNSRecord.Kind(try cursor.number16("QTYPE")),
                    recordClass: try cursor.number16("QCLASS")))
        }
        self.questions = questions
        answers = try Self.records(answerCount, at: &cursor)
        authorities = try Self.records(authorityCount, at: &cursor)
        additionals = try Self.records(additionalCount, at: &cursor)
    }

    /// Whether it is an answer.
    package var isResponse: Bool { flags & 0x8000 != 0 }
    /// Whether it was cut to fit its datagram (TC).
    package var isTruncated: Bool { flags & 0x0200 != 0 }
    /// Whether the server says that it has verified the answer by DNSSEC (AD, RFC 4035 §3.2.3); worth as much as the way to the server.
    package var isAuthenticated: Bool { flags & 0x0020 != 0 }
    /// How the question fared.
    package var responseCode: ResponseCode { ResponseCode(number: UInt8(flags & 0x0F)) }

    /// The records of `kind` that answer for `name`, aliases followed: at most 16, and none twice (RFC 1034 §3.6.2).
    package func records(of kind: DNSRecord.Kind, for name: DNSName) -> [DNSRecord] {
        var owner = name
        var aliases: [DNSName: DNSName] = [:]
        for record in answers {
            if case .canonicalName(let target) = record.value, aliases[record.name] == nil {
                aliases[record.name] = target
            }
        }
        for _ in 0...16 {
            let found = answers.filter { $0.kind == kind && $0.recordClass == Self.internet && $0.name == owner }
            if !found.isEmpty { return found }
            guard let next = aliases.removeValue(forKey: owner) else { return [] }
            owner = next
        }
        return []
    }

    private static func records(_ count: UInt16, at cursor: inout OctetCursor) throws(GrammarError) -> [DNSRecord] {
        var records: [DNSRecord] = []
        // Room is made as records come, not as they are announced.
        for _ in 0..<count { records.append(try DNSRecord(at: &cursor)) }
        return records
    }

    /// The class of the Internet.
    package static let internet: UInt16 = 1
}
