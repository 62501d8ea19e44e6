import MailTestKit
import MailTransport
import Testing

/// A greeting that is none ends the session by type, and nothing that needs trust is sent (CVE-2020-28896).
@Suite(.timeLimit(.minutes(3))) struct GreetingTests {
    /// Greetings of no protocol at all.
    static let anybodys: [[UInt8]] =
        [
            "\r\n", "\n", " \r\n", "\t\r\n", "hello\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
            "<html>\r\n", "{}\r\n", "a1 OK hello\r\n", "ok\r\n", "OK\r\n", "-\r\n", "+\r\n", "*\r\n", "* \r\n", "0\r\n",
            "22\r\n", "2200 hi\r\n", "20 hi\r\n", "\u{FEFF}220 hi\r\n", "220\u{A0}hi\r\n", "+ OK\r\n", "+ok\r\n\r\n",
            "*OK hi\r\n", "* OKAY\r\n", "* NO hi\r\n", "* BAD hi\r\n", "* 1 EXISTS\r\n", "-err\r\n", "-ERROR\r\n",
            "+OKAY\r\n",
        ].map { Array($0.utf8) } + [
            [], [0], [0xFF], [0x00, 0x0D, 0x0A], [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28],
            [0x16, 0x03, 0x01, 0x00, 0x00],
            [0x80, 0x80, 0x0D, 0x0A], Array("22".utf8), Array("+O".utf8), Array("* O".utf8),
            [UInt8](repeating: 0x41, count: 2 << 20),
        ]

    /// Greetings of one protocol that say no, and those of the others.
    static func refusals(_ name: ProtocolOverTLS.Name) -> [String] {
        switch name {
        case .smtp:
            [
                "421 4.3.2 closing\r\n", "554 5.7.1 no\r\n", "500 what\r\n", "250 hi\r\n", "354 go\r\n", "199 hi\r\n",
                "220-a\r\n221 b\r\n", "+OK hi\r\n", "* OK hi\r\n", "* BYE no\r\n",
            ]
        case .pop3:
            ["-ERR no\r\n", "-ERR [SYS/TEMP] later\r\n", "220 hi\r\n", "* OK hi\r\n", "* BYE no\r\n", "+ hi\r\n"]
        case .imap4:
            [
                "* BYE no\r\n", "* BYE [ALERT] overloaded\r\n", "220 hi\r\n", "+OK hi\r\n", "-ERR no\r\n",
                "\(ProtocolOverTLS.tag(1)) OK hi\r\n", "* PREAUTH in\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\n",
            ]
        }
    }

    @Test(arguments: ProtocolOverTLS.Name.allCases) func `no greeting, no session`(name: ProtocolOverTLS.Name)
        async throws
    {
        let way = ProtocolOverTLS(name: name, isUpgrade: true)
        let faulty = try FaultyWay(trusts: true)
        let greetings = Self.anybodys.filter { !Self.isLegal($0, name) } + Self.refusals(name).map { Array($0.utf8) }
        #expect(greetings.count >= 40)
        for greeting in greetings {
            let server = try ScriptedServer.start(
                within: .seconds(60), script: [.send(greeting, mayBeCutShort: true), .truncate])
            let failure = await way.run(port: server.port, faulty.transport)
            let conversation = await server.conversations()[0]
            let comment = Comment(
                rawValue: "\(String(decoding: greeting.prefix(40), as: UTF8.self)): \(failure?.story ?? "accepted")")
            #expect(failure != nil, comment)
            #expect(!["timedOut", "another error"].contains(failure?.kind ?? ""), comment)
            // Nothing but a goodbye: the server has not even said what it is.
            let said = String(decoding: conversation.plaintext, as: UTF8.self)
            #expect(["", "QUIT\r\n", "\(ProtocolOverTLS.tag(1)) LOGOUT\r\n"].contains(said), comment)
        }
        await faulty.expectNothingLeft()
    }

    /// RFC 5321 §4.2 lets a code stand alone.
    private static func isLegal(_ greeting: [UInt8], _ name: ProtocolOverTLS.Name) -> Bool {
        switch String(decoding: greeting.prefix(100), as: UTF8.self) {
        case "+ok\r\n\r\n": name == .pop3
        default: false
        }
    }

    /// What is odd and no reason to go.
    @Test(arguments: [
        (ProtocolOverTLS.Name.smtp, "220\r\n"), (.smtp, "220 \r\n"), (.smtp, "220-a\r\n220-\r\n220 b\r\n"),
        (.smtp, "220 a\n"), (.smtp, "220 \u{FF}\u{1B}[31m\r\n"), (.pop3, "+OK\r\n"), (.pop3, "+OK \r\n"),
        (.pop3, "+ok hi\r\n"),
        (.pop3, "+OK hi\n"), (.imap4, "* OK hi\r\n"), (.imap4, "* ok hi\r\n"), (.imap4, "* OK \r\n"),
        (.imap4, "* OK [X-UNKNOWN a b] hi\r\n"), (.imap4, "* OK hi\n"),
    ]) func `a greeting may be odd`(name: ProtocolOverTLS.Name, greeting: String) async throws {
        let way = ProtocolOverTLS(name: name, isUpgrade: true)
        let faulty = try FaultyWay()
        let asked =
            name == .smtp
            ? "EHLO [127.0.0.1]\r\n" : name == .pop3 ? "CAPA\r\n" : "\(ProtocolOverTLS.tag(1)) CAPABILITY\r\n"
        let server = try ScriptedServer.start(
            within: .seconds(60), script: [.send(greeting), .expect(asked), .truncate])
        let failure = await way.run(port: server.port, faulty.transport)
        #expect(failure != nil)
        let conversation = await server.conversations()[0]
        #expect(String(decoding: conversation.plaintext, as: UTF8.self).hasPrefix(asked), "\(failure?.story ?? "")")
        await faulty.expectNothingLeft()
    }
}
