import Testing

@testable import RFC5322

@Suite struct MessageDraftTests {
    private func draft() throws -> MessageDraft {
        MessageDraft(
            from: try MailboxAddress("Fred", "fred@example.org"), to: [try MailboxAddress("wilma@example.org")])
    }

    @Test func writesASimpleMessage() throws {
        var draft = try draft()
        draft.subject = "Grüße"
        draft.text = "Bis Montag.\n"
        draft.date = try DateTime(secondsSinceEpoch: 1_795_430_000, zoneOffset: 60)
        draft.messageID = try MessageID("1@example.org")
        draft.references = [try MessageID("a@example.org"), try MessageID("b@example.org")]
        draft.additionalFields = [try AdditionalField("X-Mailer", "Mailwire")]
        #expect(
            String(decoding: try draft.message().octets, as: UTF8.self)
                == """
                From: Fred <fred@example.org>
                To: wilma@example.org
                Subject: =?utf-8?b?R3LDvMOfZQ==?=
                Date: Mon, 23 Nov 2026 11:33:20 +0100
                Message-ID: <1@example.org>
                References: <a@example.org> <b@example.org>
                X-Mailer: Mailwire
                MIME-Version: 1.0
                Content-Type: text/plain; charset=us-ascii
                Content-Transfer-Encoding: 7bit

                Bis Montag.

                """.replacing("\n", with: "\r\n"))
    }

    @Test func writesAddressesThatNeedQuotes() throws {
        var draft = try draft()
        draft.to = [
            .group(
                try AddressGroup(
                    "Old friends", [MailboxAddress("Joe Q. Public", "\"joe q\"@example.org"), MailboxAddress("b@x")])),
            .group(try AddressGroup("Nobody", [])), .mailbox(try MailboxAddress("A, \"B\" \\", "c@x")),
        ]
        draft.bcc = [try .mailbox("secret@x")]
        let message = try draft.message()
        #expect(
            message.header[.to]?.rawValue
                == " Old friends: \"Joe Q. Public\" <\"joe q\"@example.org>, b@x;, Nobody:;,\r\n \"A, \\\"B\\\" \\\\\" <c@x>"
        )
        #expect(message.to == draft.to)
        #expect(message.bcc == [])
        #expect(try draft.message(includingBcc: true).bcc == draft.bcc)
        #expect(try draft.envelope().recipients.map { "\($0)" } == ["\"joe q\"@example.org", "b@x", "c@x", "secret@x"])
    }

    @Test func writesAlternativesAndAttachments() throws {
        var draft = try draft()
        draft.text = "Text\n"
        draft.html = "<p>Täxt</p>"
        let octets = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        draft.attachments = [
            try Attachment(octets, mediaType: MediaType("image/png"), filename: "Büro & Küche.png"),
            try Attachment(
                Array("a;b\r\n".utf8), mediaType: MediaType("text/csv"), filename: "a.csv", charset: "us-ascii"),
            try Attachment(Array("Subject: inner\r\n\r\nhi".utf8), mediaType: .message),
        ]
        let message = try draft.message()
        #expect(message.defects == [])
        #expect(
            message.parts.map { "\($0.mediaType)" } == [
                "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "image/png", "text/csv",
                "message/rfc822", "text/plain",
            ])
        #expect(message.text == "Text\r\n")
        #expect(message.html == "<p>Täxt</p>\r\n")
        #expect(message.attachments.map(\.filename) == ["Büro & Küche.png", "a.csv", nil])
        #expect(message.attachments.map(\.transferEncoding.canonicalName) == ["base64", "7bit", "7bit"])
        #expect(Array(message.attachments[0].content) == octets)
        #expect(message.attachments[0].contentType.parameters["name"] == "Büro & Küche.png")
        #expect(message.attachments[0].disposition?.parameters["filename"] == "Büro & Küche.png")
        #expect(message.attachments[2].enclosedMessage()?.subject == "inner")
        #expect(message.survey.isSevenBit)
    }

    @Test(arguments: [
        ("plain\n", "7bit"), ("", "7bit"), ("ü\n", "base64"),
        ("Viel Text, wenig Übel, so dass es lesbar bleibt.\n", "quoted-printable"),
        (String(repeating: "x", count: 998), "7bit"), (String(repeating: "x", count: 999), "quoted-printable"),
        ("日本語\n", "base64"),
        ("a\u{0}b", "base64"), ("a\u{0}b and more to be read", "quoted-printable"), ("a\u{C}b", "7bit"),
    ])
    func choosesTheEncoding(text: String, encoding: String) throws {
        var draft = try draft()
        draft.text = text
        let message = try draft.message()
        #expect(message.root.transferEncoding.canonicalName == encoding)
        #expect(
            message.text == text.replacing("\n", with: "\r\n") + (text.isEmpty || text.hasSuffix("\n") ? "" : "\r\n"))
        #expect(message.survey.isSevenBit)
    }

    /// An attached message may not be encoded (RFC 2046 §5.2.1): with 8-bit octets it goes as it is, and its containers say so.
    @Test func labelsEightBitMessages() throws {
        var draft = try draft()
        draft.attachments = [try Attachment(Array("Subject: ü\r\n\r\nx".utf8), mediaType: .message)]
        let message = try draft.message()
        #expect(message.root.transferEncoding == .eightBit && message.attachments[0].transferEncoding == .eightBit)
        #expect(message.attachments[0].enclosedMessage()?.subject == "ü")
        for unsendable in ["Subject: ü\n\nx", "\0", String(repeating: "x", count: 999)] {
            draft.attachments = [try Attachment(Array(unsendable.utf8), mediaType: .message)]
            let error = #expect(throws: RFC5322Error.self) { try draft.message() }
            #expect(error?.kind == .unencodable)
        }
    }

    @Test(arguments: ["\r", "\n", "\r\nBcc: eve@example.net", "\0"])
    func letsNobodyAddAField(text: String) throws {
        var draft = try draft()
        draft.subject = "a\(text)b"
        #expect(throws: RFC5322Error.self) { try draft.message() }
        #expect(throws: RFC5322Error.self) { try AdditionalField("X-A", "a\(text)") }
        #expect(throws: RFC5322Error.self) { try AdditionalField("X-A\(text)", "a") }
        #expect(throws: RFC5322Error.self) { try Attachment([], filename: "a\(text)") }
        #expect(throws: RFC5322Error.self) { try Attachment([], charset: "a\(text)") }
        #expect(throws: RFC5322Error.self) { try MediaType("text/pl\(text)ain") }
        #expect(throws: RFC5322Error.self) { try AddressGroup("a\(text)", []) }
        #expect(throws: RFC5322Error.self) { try MailboxAddress("a\(text)", "a@x") }
        #expect(throws: RFC5322Error.self) { try Address.mailbox("a@x\(text)") }
    }

    @Test func refusesWhatIsNoMessage() throws {
        var draft = try draft()
        for name in ["From", "bcc", "Content-Type", "content-foo", "MIME-Version", "Subject"] {
            let error = #expect(throws: RFC5322Error.self) { try AdditionalField(name, "x") }
            #expect(error?.kind == .reservedFieldName)
        }
        #expect(throws: RFC5322Error.self) { try Attachment([], mediaType: MediaType("multipart/mixed")) }
        #expect(throws: RFC5322Error.self) { try Attachment([], filename: String(repeating: "x", count: 4_097)) }
        draft.from.append(try MailboxAddress("barney@example.org"))
        #expect(throws: RFC5322Error.self) { try draft.message() }
        draft.sender = try MailboxAddress("barney@example.org")
        #expect(try draft.message().sender == draft.sender)
        #expect(try draft.envelope().reversePath == draft.sender?.address)
        draft.from = []
        #expect(throws: RFC5322Error.self) { try draft.message() }
        draft = try self.draft()
        draft.to = Message(field: "To: joe").to
        #expect(throws: RFC5322Error.self) { try draft.message() }
        #expect(throws: RFC5322Error.self) { try draft.envelope() }
        draft.to = []
        #expect(throws: RFC5322Error.self) { try draft.envelope() }
        draft.references = [
            try #require(Message(field: "References: <\(String(repeating: "x", count: 2_000))@x>").references.first)
        ]
        let error = #expect(throws: RFC5322Error.self) { try draft.message() }
        #expect(error?.kind == .tooLong)
    }

    /// A boundary that the content holds is not taken.
    @Test func checksBoundariesAgainstTheContent() throws {
        struct Stuck: RandomNumberGenerator {
            var calls = 0
            mutating func next() -> UInt64 {
                calls += 1
                return UInt64(calls / 5)
            }
        }
        var draft = try draft()
        draft.messageID = try MessageID("1@x")
        draft.text = "x"
        draft.html = "--=_aaaaaaaaaaaaaaaaaaaaaaaaaa"
        var generator = Stuck()
        let message = Message(parsing: try draft.octets(includingBcc: false, using: &generator))
        #expect(generator.calls > 2)
        #expect(message.parts.count == 3)
        #expect(message.html == "--=_aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
    }

    /// What was put in comes out, no line is too long, and what is parsed is written back as it was.
    @Test func roundTrips() throws {
        var generator = SeededGenerator(seed: 6532)
        for _ in 0..<2_000 {
            func name() -> String { generator.text(length: 60).replacing("\t", with: "").replacing("\u{0}", with: "") }
            var draft = MessageDraft(from: try MailboxAddress(name(), "fred@example.org"))
            for _ in 0..<Int.random(in: 0..<4, using: &generator) {
                let local = name().isEmpty ? "x" : String(name().unicodeScalars.prefix(30))
                let address = try AddressSpecification(localPart: local.isEmpty ? "x" : local, domain: "example.org")
                draft.to.append(.mailbox(try MailboxAddress(name(), address: address)))
            }
            if Bool.random(using: &generator) {
                draft.cc = [.group(try AddressGroup("g" + name(), [MailboxAddress(name(), "a@x")]))]
            }
            draft.subject = generator.text(length: 200)
            draft.text = generator.text(length: 400, lineEnds: true)
            if Bool.random(using: &generator) { draft.html = generator.text(length: 400, lineEnds: true) }
            for _ in 0..<Int.random(in: 0..<3, using: &generator) {
                let octets = (0..<Int.random(in: 0..<300, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                let types = ["image/png", "text/plain", "application/x-a.b+c"]
                let type = try MediaType(types.randomElement(using: &generator) ?? "a/b")
                draft.attachments.append(
                    try Attachment(octets, mediaType: type, filename: "f" + generator.text(length: 150)))
            }
            draft.additionalFields = [try AdditionalField("X-Any", generator.text(length: 100))]
            try check(draft)
        }
    }

    private func check(_ draft: MessageDraft) throws {
        let message = try draft.message()
        #expect(message.defects == [])
        #expect(message.from == draft.from)
        #expect(message.to == draft.to)
        #expect(message.cc.mailboxes == draft.cc.mailboxes)
        let subject = message.header[.subject]?.readText()
        #expect(
            subject?.value.utf8.elementsEqual((draft.subject ?? "").utf8) == true
                || draft.subject?.trimmed != draft.subject)
        #expect(subject?.defects == [])
        #expect(message.subject == draft.subject?.collapsingSpace)
        #expect(message.header.last { $0.name.rawName == "X-Any" }?.text == draft.additionalFields[0].value.trimmed)
        let parts = message.parts.filter { !$0.isMultipart }
        #expect(parts[0].text == lines(draft.text ?? ""))
        if let html = draft.html { #expect(parts[1].text == lines(html)) }
        let attached = parts.suffix(draft.attachments.count)
        #expect(attached.map { Array($0.content) } == draft.attachments.map(\.octets))
        #expect(attached.map(\.filename) == draft.attachments.map(\.filename))
        #expect(attached.map { $0.contentType.parameters["name"] } == draft.attachments.map(\.filename))
        let survey = message.survey
        #expect(survey.isLines && !survey.hasBareCR && !survey.hasBareLF)
        for part in message.parts {
            for field in part.header {
                // Only a word that cannot be folded makes a line longer, or a local part in quotes, which is not.
                for line in String(decoding: field.octets, as: UTF8.self).split(separator: "\r\n")
                where line.utf8.count > 78 {
                    if line.contains("\"@example.org") { continue }
                    let words = line.split(separator: " ").filter { $0 != "\(field.name):" }
                    #expect(words.count == 1, "\(line)")
                }
            }
        }
        #expect(Message(parsing: message.octets).octets == message.octets)
        let envelope = try? MessageEnvelope(of: message)
        #expect(try envelope?.recipients == (draft.to.isEmpty && draft.cc.isEmpty ? nil : draft.envelope().recipients))
    }

    private func lines(_ text: String) -> String {
        var text = text.replacing("\r\n", with: "\n")
        if !text.isEmpty, text.utf8.last != 10 { text += "\n" }
        return String(decoding: text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }, as: UTF8.self)
    }
}
