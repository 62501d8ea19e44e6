import Octets
import Testing

@testable import POP3

@Suite struct POP3ResponseReaderTests {
    typealias Outcome = Result<POP3Response, POP3ResponseReader.Defect>

    private func read(
        _ octets: [UInt8], ends: [Int]? = nil, _ shape: POP3ResponseReader.Shape = .guessed,
        limits: POP3Limits = POP3Limits()
    ) -> [Outcome] {
        var reader = POP3ResponseReader(shape, limits: limits)
        var outcomes: [Outcome] = []
        var start = 0
        for end in ends ?? [octets.count] {
            reader.receive(octets.span.extracting(start..<end))
            start = end
            while let outcome = reader.next() { outcomes.append(outcome) }
        }
        while let outcome = reader.next(isLast: true) { outcomes.append(outcome) }
        return outcomes
    }

    static let known: [(String, [POP3Response])] = [
        ("", []), ("+OK\r\n", [POP3Response(.ok)]), ("+OK 2 320\r\n", [POP3Response(.ok, text: "2 320")]),
        ("-ERR no\r\n", [POP3Response(.err, text: "no")]), ("+ \r\n", [POP3Response(.continueRequest)]),
        ("+OK a\r\n+OK b\r\n", [POP3Response(.ok, text: "a"), POP3Response(.ok, text: "b")]),
        ("+OK a\r\n-ERR b\r\n", [POP3Response(.ok, text: "a"), POP3Response(.err, text: "b")]),
        ("+OK\r\n.\r\n", [POP3Response(.ok, content: [])]),
        ("+OK\r\n1 120\r\n.\r\n", [POP3Response(.ok, content: Array("1 120\r\n".utf8))]),
        (
            "+OK x\r\n..\r\n.\r\n-ERR\r\n",
            [POP3Response(.ok, text: "x", content: Array(".\r\n".utf8)), POP3Response(.err)]
        ),
        ("-ERR\r\n+OK\r\n-x\r\n.\r\n", [POP3Response(.err), POP3Response(.ok, content: Array("-x\r\n".utf8))]),
        ("+OK\r\n+ x\r\n", [POP3Response(.ok), POP3Response(.continueRequest, text: "x")]),
        ("+OK\r\n+\r\n", [POP3Response(.ok), POP3Response(.continueRequest)]),
        ("+ok\n", [POP3Response(.ok)]),
    ]

    @Test(arguments: known)
    func `responses are read whole, byte by byte and at every cut, and written back`(
        text: String, responses: [POP3Response]
    ) {
        let octets = Array(text.utf8)
        let expected = responses.map { Outcome.success($0) }
        for ends in [nil, Array(0...octets.count)] + (0...octets.count).map({ [$0, octets.count] }) {
            #expect(read(octets, ends: ends) == expected)
        }
        #expect(read(responses.flatMap { $0.encoded().octets }) == expected)
    }

    @Test func `the shape may be told`() {
        let octets = Array("+OK\r\n+OK not a response\r\n.\r\n".utf8)
        #expect(
            read(octets, .multiLine) == [.success(POP3Response(.ok, content: Array("+OK not a response\r\n".utf8)))])
        #expect(
            read(Array("+OK\r\n-ERR\r\n".utf8), .singleLine) == [
                .success(POP3Response(.ok)), .success(POP3Response(.err)),
            ])
    }

    @Test(arguments: ["+OK", "+OK\r\nx\r\n", "+OK\r\nx", "+OK\r\nx\r\n.", "-ERR x", "+OK\r\n."])
    func `what is cut short is told`(text: String) {
        #expect(read(Array(text.utf8)).last == .failure(.truncated))
    }

    @Test func `reading goes on behind a line that is no response`() {
        let outcomes = read(Array("garbage\r\n-ERR x\r\n".utf8))
        #expect(outcomes.count == 2)
        guard case .failure(.malformed(let error))? = outcomes.first else { return #expect(Bool(false)) }
        #expect(error.rule == "status")
        #expect(outcomes.last == .success(POP3Response(.err, text: "x")))
    }

    @Test func `limits hold`() {
        var limits = POP3Limits()
        limits.lineLength = 10
        limits.contentLength = 6
        #expect(read(Array("+OK 123456\r\n".utf8), limits: limits).count == 1)
        #expect(read(Array("+OK 1234567\r\n-ERR\r\n".utf8), limits: limits) == [.failure(.tooLong(10))])
        #expect(read(Array("+OK\r\n1234\r\n.\r\n".utf8), limits: limits).count == 1)
        #expect(read(Array("+OK\r\n12345\r\n.\r\n".utf8), limits: limits) == [.failure(.tooLong(6))])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `no octets do harm, and cuts do not matter`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = ["+OK", "-ERR", "+ ", "\r\n", "\r\n", "\n", ".", "..", " ", "[AUTH]", "1 2", "x", "\0", "\r"]
        for _ in 0..<50 {
            let octets = (0..<Int.random(in: 0..<20, using: &random)).flatMap { _ in
                Array((words.randomElement(using: &random) ?? "").utf8)
            }
            let whole = read(octets)
            #expect(read(octets, ends: Array(0...octets.count)) == whole)
            for case .success(let response) in whole
            where response.content.map({ $0.suffix(2) == [0x0D, 0x0A] || $0.isEmpty }) ?? true {
                let shape: POP3ResponseReader.Shape = response.content == nil ? .singleLine : .multiLine
                #expect(read(response.encoded().octets, shape) == [.success(response)])
            }
        }
    }
}
