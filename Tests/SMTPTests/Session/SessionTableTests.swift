import Testing

@testable import SMTP

@Suite struct SessionTableTests {
    private static let exchanges: [SessionTable.Exchange] = [
        .greeting, .ehlo, .helo, .startTLS, .auth, .cancelledAuth, .mail, .rcpt, .data, .message, .emptyMessage,
        .transactionReset,
        .rset, .noop, .quit,
    ]

    @Test("RFC 2920 §3.1: only MAIL, RCPT and RSET may be followed in one write")
    func groups() {
        #expect(Self.exchanges.filter(SessionTable.mayBeFollowed) == [.mail, .rcpt, .transactionReset, .rset])
    }

    @Test("RFC 5321 §4.3.2: 3yz belongs to DATA and AUTH alone; 4yz and 5yz are a refusal everywhere")
    func meanings() {
        for exchange in Self.exchanges {
            let goesOn = SessionTable.meaning(of: .positiveIntermediate, for: exchange) == .goOn
            #expect(goesOn == (exchange == .data || exchange == .auth))
            #expect(SessionTable.meaning(of: .transientNegative, for: exchange) == .refusal)
            #expect(SessionTable.meaning(of: .permanentNegative, for: exchange) == .refusal)
            let succeeds = SessionTable.meaning(of: .positiveCompletion, for: exchange) == .success
            #expect(succeeds == (exchange != .data && exchange != .cancelledAuth))
        }
    }

    @Test("Whole, byte by byte and cut anywhere: the same happens")
    func splits() throws {
        let text = "250-2.1.0 a\r\n250 2.1.0 b\r\n550-5.1.1 no\r\n550 5.1.1 such\n250 ok\r\n354 go\r\n"
        let octets = Array(text.utf8)
        func run(_ cuts: [Int]) throws -> [String] {
            var probe = try SessionProbe.ready(["PIPELINING"])
            var log = try probe.submit(transaction(to: ["a@b", "c@d"]))
            var start = 0
            for end in cuts + [octets.count] {
                log += probe.serve(octets: Array(octets[start..<end]))
                start = end
            }
            return log
        }
        let whole = try run([])
        #expect(whole.count == 5)
        #expect(try run(Array(1..<octets.count)) == whole)
        for cut in 1..<octets.count { #expect(try run([cut]) == whole) }
    }
}
