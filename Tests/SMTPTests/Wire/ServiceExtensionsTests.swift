import Testing

@testable import SMTP

@Suite struct ServiceExtensionsTests {
    private func offer(_ lines: String...) throws -> ServiceExtensions {
        ServiceExtensions(
            answering: SMTPReply(
                code: try #require(ReplyCode(250)), lines: (["foo.com greets"] + lines).map { Array($0.utf8) }))
    }

    @Test("RFC 5321 appendix D.1")
    func rfc() throws {
        let offered = try offer("8BITMIME", "SIZE", "DSN", "HELP")
        #expect(offered.isExtended)
        #expect(offered.keywords.map(\.canonicalName) == ["8BITMIME", "SIZE", "DSN", "HELP"])
        #expect(offered.offers(.eightBitMIME))
        #expect(offered.offers(.size))
        #expect(offered.maximumMessageSize == nil)
        #expect(!offered.offers(.pipelining))
    }

    @Test("Keywords in any case, each once, parameters gathered")
    func cases() throws {
        let offered = try offer("pipelining", "Auth LOGIN", "AUTH PLAIN login", "AUTH=PLAIN LOGIN", "x-Foo Bar baz")
        #expect(offered.offers(.pipelining))
        #expect(offered.authenticationMechanisms == ["LOGIN", "PLAIN"])
        #expect(offered.parameters(of: EHLOKeyword("X-FOO")) == ["Bar", "baz"])
        #expect(offered.keywords.count == 3)
    }

    @Test("AUTH=PLAIN LOGIN alone is read as well")
    func equalsSign() throws {
        #expect(try offer("AUTH=PLAIN LOGIN").authenticationMechanisms == ["PLAIN", "LOGIN"])
        #expect(try offer("AUTH=LOGIN").authenticationMechanisms == ["LOGIN"])
        #expect(try offer("AUTH").authenticationMechanisms == [])
        #expect(try offer("AUTH=").authenticationMechanisms == [])
        #expect(try offer("AUTHX PLAIN").authenticationMechanisms == [])
    }

    @Test(
        "SIZE without a number, with 0 or one that no counter holds is no limit",
        arguments: [
            ("SIZE", nil), ("SIZE 0", nil), ("SIZE 1000000", 1_000_000), ("size 18446744073709551615", .max),
            ("SIZE 18446744073709551616", nil), ("SIZE -1", nil), ("SIZE 12x", nil), ("SIZE  35882577", 35_882_577),
            ("SIZE +5", nil),
        ] as [(String, UInt64?)])
    func size(line: String, limit: UInt64?) throws {
        let offered = try offer(line)
        #expect(offered.offers(.size))
        #expect(offered.maximumMessageSize == limit)
    }

    @Test(
        "A line that is no ehlo-line offers nothing",
        arguments: ["", " PIPELINING", "-PIPELINING", "PIPELINING\0", "PIPELINING=", "*", "\u{E9}"])
    func noise(line: String) throws {
        #expect(try !offer(line).offers(.pipelining))
    }

    @Test func none() {
        #expect(!ServiceExtensions.none.isExtended)
        #expect(ServiceExtensions.none.keywords.isEmpty)
    }
}
