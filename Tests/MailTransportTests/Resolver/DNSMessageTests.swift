import Octets
import Testing

@testable import MailTransport

/// RFC 1035 §4: what a message says, and that none of any octets can do harm.
@Suite struct DNSMessageTests {
    private static func octets(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

    /// A message with one question, `_imaps._tcp.example.org SRV`, and these octets for answers.
    private static func message(_ answerCount: UInt16, _ answers: [UInt8], flags: UInt16 = 0x8180) -> [UInt8] {
        [0x12, 0x34] + octets(flags) + octets(1) + octets(answerCount) + octets(0) + octets(0)
            + [6] + Array("_imaps".utf8) + [4] + Array("_tcp".utf8) + [7] + Array("example".utf8) + [3]
            + Array("org".utf8)
            + [0, 0, 33, 0, 1] + answers
    }

    /// The fixed part of a record about the name at offset 12, and its data.
    private static func record(_ type: UInt16, _ data: [UInt8], owner: [UInt8] = [0xC0, 12]) -> [UInt8] {
        owner + octets(type) + octets(1) + [0, 0, 1, 44] + octets(UInt16(data.count)) + data
    }

    private static let service = record(33, [0, 10, 0, 5, 3, 225, 4] + Array("imap".utf8) + [0xC0, 24])

    @Test func `a record, its names compressed, is read`() throws {
        let message = try DNSMessage(parsing: Self.message(1, Self.service).span)
        #expect(message.identifier == 0x1234)
        #expect(message.isResponse)
        #expect(!message.isTruncated)
        #expect(!message.isAuthenticated)
        #expect(message.responseCode == .noError)
        #expect("\(message.questions[0].name)" == "_imaps._tcp.example.org")
        #expect(message.questions[0].kind == .srv)
        let record = try #require(message.answers.first)
        #expect(record.timeToLive == 300)
        let target = try #require(DNSName("IMAP.example.ORG."))
        #expect(record.value == .service(priority: 10, weight: 5, port: 993, target: target))
    }

    @Test func `flags and codes are read`() throws {
        let message = try DNSMessage(parsing: Self.message(0, [], flags: 0x83A3).span)
        #expect(message.isTruncated)
        #expect(message.isAuthenticated)
        #expect(message.responseCode == .nameError)
    }

    @Test func `every kind that is known here is read, and the others are kept`() throws {
        let records =
            Self.record(1, [192, 0, 2, 1])
            + Self.record(28, [0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 11) + [9])
            + Self.record(5, [0xC0, 24]) + Self.record(15, [0, 7, 0xC0, 24]) + Self.record(15, [0, 0, 0])
            + Self.record(99, [1, 2])
        let values = try DNSMessage(parsing: Self.message(6, records).span).answers.map(\.value)
        let organization = try #require(DNSName("example.org"))
        #expect(values[0] == .address(try #require(IPAddress("192.0.2.1"))))
        #expect(values[1] == .address(try #require(IPAddress("2001:db8::9"))))
        #expect(values[2] == .canonicalName(organization))
        #expect(values[3] == .mailExchanger(preference: 7, organization))
        #expect(values[4] == .mailExchanger(preference: 0, .root))
        #expect(values[5] == .other([1, 2]))
    }

    @Test func `a message that is cut anywhere is refused, with the place`() throws {
        let whole = Self.message(1, Self.service)
        for count in 0..<whole.count {
            let cut = Array(whole[..<count])
            let error = #expect(throws: GrammarError.self) { try DNSMessage(parsing: cut.span) }
            #expect((error?.offset ?? 0) <= count)
        }
        #expect(throws: Never.self) { try DNSMessage(parsing: whole.span) }
        let longer = whole + [1, 2, 3]
        #expect(throws: Never.self) { try DNSMessage(parsing: longer.span) }
    }

    @Test(
        arguments: [
            // A pointer to itself, to another that points back, and forward.
            [0xC0, 41], [0xC0, 43, 0xC0, 41], [0xC0, 60],
            // The two kinds of labels that nobody has.
            [0x41, 0], [0x80, 0],
            // A label, and then round again.
            [1, 0x61, 0xC0, 41],
        ] as [[UInt8]])
    func `a name that leads nowhere is refused`(name: [UInt8]) {
        #expect(throws: GrammarError.self) {
            try DNSMessage(parsing: Self.message(1, Self.record(1, [1, 2, 3, 4], owner: name)).span)
        }
    }

    @Test func `a name may have 255 octets, and no more`() throws {
        func name(_ last: Int) -> [UInt8] {
            let labels = [63, 63, 63, last].flatMap { [UInt8($0)] + [UInt8](repeating: 0x61, count: $0) }
            return labels + [0]
        }
        // 3 × 64 + (last + 1) + 1.
        #expect(throws: Never.self) {
            try DNSMessage(parsing: Self.message(1, Self.record(1, [1, 2, 3, 4], owner: name(61))).span)
        }
        #expect(throws: GrammarError.self) {
            try DNSMessage(parsing: Self.message(1, Self.record(1, [1, 2, 3, 4], owner: name(62))).span)
        }
        #expect(DNSName(String(repeating: "a.", count: 127)) != nil)
        #expect(DNSName(String(repeating: "a.", count: 128)) == nil)
        #expect(DNSName(String(repeating: "a", count: 64)) == nil)
        #expect(DNSName("a..b") == nil)
        #expect(DNSName(".")?.labels.count == 0)
    }

    @Test func `a chain of pointers is followed 127 times and no further`() throws {
        // Each pointer leads to the one before it, and the first to the question's name.
        func message(_ count: Int) -> [UInt8] {
            var chain: [UInt8] = []
            let start = Self.message(1, []).count + 12
            for index in 0..<count {
                let target = index == 0 ? 12 : start + (index - 1) * 2
                chain += [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
            }
            let last = start + (count - 1) * 2
            let pointers = Self.record(99, chain)
            return Self.message(
                2, pointers + Self.record(1, [1, 2, 3, 4], owner: [0xC0 | UInt8(last >> 8), UInt8(last & 0xFF)]))
        }
        let read = try DNSMessage(parsing: message(126).span)
        #expect(read.answers[1].name == read.questions[0].name)
        #expect(throws: GrammarError.self) { try DNSMessage(parsing: message(127).span) }
    }

    @Test(
        arguments: [
            (1, [1, 2, 3]), (1, [1, 2, 3, 4, 5]), (28, [1, 2, 3, 4]), (15, [0]), (15, [0, 1, 0xC0, 12, 9]),
            (33, [0, 1, 0, 1, 0]),
            (33, [0, 1, 0, 1, 0, 25, 3, 0x61]), (5, []),
        ] as [(UInt16, [UInt8])])
    func `data that is too short or too long for its kind is refused`(type: UInt16, data: [UInt8]) {
        #expect(throws: GrammarError.self) { try DNSMessage(parsing: Self.message(1, Self.record(type, data)).span) }
    }

    @Test func `data of another class is not looked into`() throws {
        var record = Self.record(1, [1, 2, 3])
        record[5] = 3
        let message = try DNSMessage(parsing: Self.message(1, record).span)
        #expect(message.answers[0].value == .other([1, 2, 3]))
    }

    @Test func `a count that promises more than there is costs nothing`() {
        #expect(throws: GrammarError.self) { try DNSMessage(parsing: Self.message(65_535, Self.service).span) }
    }

    @Test func `no octets whatever do harm`() {
        var generator = Lots(state: 20)
        let good = Self.message(2, Self.service + Self.record(15, [0, 7, 0xC0, 24]))
        var understood = 0
        for _ in 0..<20_000 {
            var octets = good
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                octets[Int.random(in: 0..<octets.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            if let message = try? DNSMessage(parsing: octets.span) {
                understood += 1
                for record in message.answers {
                    #expect("\(record.name)".utf8.allSatisfy { (0x21...0x7E).contains($0) })
                }
                _ = message.records(of: .srv, for: message.questions.first?.name ?? .root)
            }
        }
        #expect((1..<20_000).contains(understood))
    }

    // MARK: Names

    @Test func `names are compared without case, and shown without anything that could fool a terminal`() throws {
        let odd = try #require(DNSName("a.b"))
        #expect(odd == DNSName("A.B."))
        #expect(Set([odd]).contains(try #require(DNSName("A.B"))))
        #expect(odd != DNSName("ab"))
        #expect(odd.isWithin(.root))
        #expect(try #require(DNSName("x.Example.org")).isWithin(try #require(DNSName("example.ORG"))))
        #expect(!(try #require(DNSName("badexample.org")).isWithin(try #require(DNSName("example.org")))))
        let name = try DNSMessage(
            parsing: Self.message(1, Self.record(1, [1, 2, 3, 4], owner: [5, 0x1B, 0x2E, 0x5C, 0xFF, 0x41, 0])).span
        ).answers[0].name
        #expect("\(name)" == "\\027\\.\\\\\\255A")
        #expect(name.hostName == nil)
        #expect(try #require(DNSName("Mail.Example.ORG")).hostName == "mail.example.org")
        #expect(DNSName.root.hostName == nil)
        #expect("\(DNSName.root)" == ".")
    }

    // MARK: Aliases

    @Test func `aliases are followed, in any order, and never in a circle`() throws {
        func alias(_ from: String, _ to: String) throws -> [UInt8] {
            Self.record(5, try #require(DNSName(to)).octets, owner: try #require(DNSName(from)).octets)
        }
        func found(_ records: [[UInt8]], _ count: UInt16) throws -> Int {
            let message = try DNSMessage(parsing: Self.message(count, records.flatMap { $0 }).span)
            return message.records(of: .a, for: try #require(DNSName("a"))).count
        }
        let address = Self.record(1, [192, 0, 2, 1], owner: try #require(DNSName("C")).octets)
        #expect(try found([address, alias("b", "c"), alias("a", "b")], 3) == 1)
        #expect(try found([alias("a", "b"), alias("b", "a"), address], 3) == 0)
        #expect(try found([alias("a", "a"), address], 2) == 0)
        // Another's address is nobody's answer.
        #expect(try found([address], 1) == 0)
    }

    @Test(arguments: [(15, 1), (16, 1), (17, 0)]) func `so many aliases and no more`(aliases: Int, found: Int) throws {
        var records: [UInt8] = []
        for index in 0..<aliases {
            records += Self.record(
                5, try #require(DNSName("n\(index + 1)")).octets, owner: try #require(DNSName("n\(index)")).octets)
        }
        records += Self.record(1, [192, 0, 2, 1], owner: try #require(DNSName("n\(aliases)")).octets)
        let message = try DNSMessage(parsing: Self.message(UInt16(aliases + 1), records).span)
        #expect(message.records(of: .a, for: try #require(DNSName("n0"))).count == found)
    }

    @Test func `as many records as a message has room for are read`() throws {
        let records = (0..<4000).flatMap { Self.record(1, [10, 0, UInt8($0 >> 8), UInt8($0 & 0xFF)]) }
        let message = try DNSMessage(parsing: Self.message(4000, records).span)
        #expect(message.records(of: .a, for: message.questions[0].name).count == 4000)
    }
}
