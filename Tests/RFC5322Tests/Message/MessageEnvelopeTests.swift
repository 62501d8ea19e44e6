import RFC5322
import Testing

@Suite struct MessageEnvelopeTests {
    private func describe(_ header: String) throws -> String {
        let envelope = try MessageEnvelope(of: Message(lines: header + "\n\n"))
        return "\(envelope.reversePath.map { "\($0)" } ?? "<>") > "
            + envelope.recipients.map { "\($0)" }.joined(separator: " ")
    }

    @Test func takesSenderAndRecipients() throws {
        #expect(try describe("From: a@x\nTo: b@x, G: c@x, B@X;\nCc: d@x\nBcc: e@x") == "a@x > b@x c@x B@X d@x e@x")
        #expect(try describe("From: a@x\nSender: s@x\nTo: b@x, b@X") == "s@x > b@x")
        #expect(try describe("From: \"a b\"@x\nTo: \"c\\\"d\"@x") == "\"a b\"@x > \"c\\\"d\"@x")
    }

    /// RFC 5322 §3.6.6: the uppermost block counts, the older ones do not.
    @Test func takesTheUppermostResentBlock() throws {
        #expect(
            try describe(
                """
                Resent-From: r@x
                Resent-To: t@x
                Resent-Cc: c@x
                Received: by y
                Resent-From: older@x
                Resent-To: old@x
                From: a@x
                To: b@x
                """) == "r@x > t@x c@x")
        #expect(
            try describe("Resent-From: r@x\nResent-To: t@x\nResent-From: older@x\nResent-To: old@x\nTo: b@x")
                == "r@x > t@x")
        #expect(try describe("Resent-Sender: s@x\nResent-From: r@x\nResent-Bcc: t@x\nTo: b@x") == "s@x > t@x")
    }

    @Test(arguments: [
        ("To: b@x", RFC5322Error.Kind.missingField), ("From: a@x", .noRecipient),
        ("From: a@x\nTo: nobody:;", .noRecipient),
        ("From: a@x\nTo: b@x, joe", .invalidAddress), ("From: joe\nTo: b@x", .invalidAddress),
        ("From: a@x\nTo: G: joe;", .invalidAddress),
        ("Resent-To: t@x\nFrom: a@x\nTo: b@x", .missingField),
    ])
    func refusesToGuess(header: String, kind: RFC5322Error.Kind) {
        let error = #expect(throws: RFC5322Error.self) { try describe(header) }
        #expect(error?.kind == kind)
    }

    @Test func tellsWhatItNeeds() throws {
        let address = try AddressSpecification("a@x")
        #expect(try MessageEnvelope(reversePath: nil, recipients: [address, address]).recipients == [address])
        #expect(throws: RFC5322Error.self) { try MessageEnvelope(reversePath: address, recipients: []) }
        #expect(try !MessageEnvelope(reversePath: address, recipients: [AddressSpecification("ö@x")]).isASCII)
    }

    @Test(arguments: [
        ("", 0, 0, false, false, false), ("a\r\nbcd\r\n", 3, 0, false, false, false),
        ("a\nb", 1, 0, false, true, false), ("a\rb\r\n", 3, 0, true, false, false),
        ("ü\r\n", 2, 2, false, false, false), ("a\0", 2, 0, false, false, true), ("a\r", 2, 0, true, false, false),
        ("\n\r\n", 0, 0, false, true, false),
        ("a\r\r\n", 2, 0, true, false, false),
    ])
    func surveysOctets(text: String, longest: Int, eightBit: Int, bareCR: Bool, bareLF: Bool, nul: Bool) {
        let survey = Message(parsing: Array(text.utf8)).survey
        #expect(survey.count == text.utf8.count && survey.longestLine == longest && survey.eightBitCount == eightBit)
        #expect(survey.hasBareCR == bareCR && survey.hasBareLF == bareLF && survey.hasNUL == nul)
        #expect(survey.isLines == !(bareCR || bareLF || nul))
    }
}
