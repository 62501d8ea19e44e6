import Testing

@testable import SMTP

@Suite struct EnhancedStatusCodeTests {
    @Test(
        "RFC 2034 §4: before the text, its class as the reply's",
        arguments: [
            (250, "2.1.0 ok", "2.1.0", "ok"), (250, "2.0.0", "2.0.0", ""),
            (550, "5.1.1 no such user", "5.1.1", "no such user"),
            (451, "4.7.650 later", "4.7.650", "later"), (554, "5.999.999 x", "5.999.999", "x"),
            (250, "2.1.0 ", "2.1.0", ""),
        ] as [(UInt16, String, String, String)])
    func accepted(code: UInt16, text: String, enhanced: String, rest: String) throws {
        let reply = SMTPReply(code: try #require(ReplyCode(code)), text: text)
        #expect(reply.enhancedCode?.description == enhanced)
        #expect(reply.text == rest)
    }

    @Test(
        "What only looks like one stays text",
        arguments: [
            (250, "5.1.1 class differs"), (550, "2.0.0 class differs"), (354, "3.0.0 no such class"),
            (250, "2.1 short"),
            (250, "2.1.0.0 long"), (250, "2.01.0 zero in front"), (250, "2.1.00 zero in front"),
            (250, "2.1000.0 too large"),
            (250, "2.1.0x stuck"), (250, "2.1.99999999999999999999 overflow"), (250, ""), (250, "2"), (250, "2."),
            (250, "2.1."),
            (250, " 2.1.0 space in front"), (250, "12.1.0 x"), (250, "mx 2.1.0 inside"),
        ] as [(UInt16, String)])
    func refused(code: UInt16, text: String) throws {
        let reply = SMTPReply(code: try #require(ReplyCode(code)), text: text)
        #expect(reply.enhancedCode == nil)
        #expect(reply.text == text)
    }

    @Test func limits() {
        #expect(EnhancedStatusCode(2, 999, 999) != nil)
        #expect(EnhancedStatusCode(2, 1000, 0) == nil)
        #expect(EnhancedStatusCode(2, 0, 1000) == nil)
        #expect(EnhancedStatusCode(3, 0, 0) == nil)
    }
}
