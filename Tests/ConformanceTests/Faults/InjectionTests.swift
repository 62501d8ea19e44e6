import MailTestKit
import MailTransport
import Testing

/// Octets behind the server's consent to TLS came from anybody: none of them is believed, and the connection ends by that name
/// (RFC 3207 §6, RFC 2595 §4, RFC 9051 §11.1; CVE-2021-22947, CVE-2021-38371).
@Suite(.timeLimit(.minutes(3))) struct InjectionTests {
    /// What an attacker slips in, the same kinds for each protocol.
    static func injections(_ name: ProtocolOverTLS.Name) -> [[UInt8]] {
        let texts: [String]
        switch name {
        case .smtp:
            texts = [
                "250-evil.example\r\n250 AUTH PLAIN LOGIN\r\n", "250 ok\r\n", "235 2.7.0 in\r\n", "334 \r\n",
                "220 another greeting\r\n", "421 go away\r\n", "554 5.7.1 no\r\n", "250-half", "220 go\r\n220 go\r\n",
            ]
        case .pop3:
            texts = [
                "+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n", "+OK\r\n", "+OK logged in\r\n", "+ \r\n", "-ERR no\r\n",
                "+OK 3 120\r\n", ".\r\n", "+OK half", "+OK go\r\n+OK go\r\n",
            ]
        case .imap4:
            let tag = ProtocolOverTLS.tag(2)
            texts = [
                "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n\(tag) OK done\r\n", "\(tag) OK in\r\n", "* PREAUTH in\r\n",
                "* OK [ALERT] call this number\r\n", "* BYE go away\r\n", "+ \r\n", "* 3 EXISTS\r\n", "* OK half",
                "\(ProtocolOverTLS.tag(1)) OK go\r\n",
            ]
        }
        let octets: [[UInt8]] = [
            [0x0D, 0x0A], [0x20], [0x00], [0xFF, 0xFE, 0x00, 0x80], [0x17, 0x03, 0x03, 0x00, 0x01, 0x00],
            [UInt8](repeating: 0x41, count: 100_000),
        ]
        return texts.map { Array($0.utf8) } + octets
    }

    private func play(_ way: ProtocolOverTLS, _ end: [ScriptStep]) async throws -> (
        ProtocolOverTLS.Failure?, ScriptedConversation
    ) {
        let faulty = try FaultyWay(trusts: true)
        let opening = way.plaintextOpening
        let server = try ScriptedServer.start(
            within: .seconds(60),
            script: opening.dropLast().flatMap(\.steps) + (opening.last.map { [.expect($0.said)] } ?? []) + end)
        let failure = await way.run(port: server.port, faulty.transport)
        let conversation = await server.conversations()[0]
        await faulty.expectNothingLeft()
        return (failure, conversation)
    }

    private func expectRefused(_ way: ProtocolOverTLS, _ end: [ScriptStep], _ injected: [UInt8]) async throws {
        let (failure, conversation) = try await play(way, end)
        let comment = Comment(
            rawValue: "\(way) \(String(decoding: injected.prefix(40), as: UTF8.self)): \(failure?.story ?? "accepted")")
        #expect(failure?.kind == "plaintextAfterStartTLS", comment)
        // What was said in plaintext is what asks for TLS; a handshake that began already is no plaintext.
        let said = conversation.plaintext.prefix { $0 != 22 }
        #expect(PlaintextWatch.findings(in: Array(said), of: way.name) == [], comment)
        #expect(conversation.secured.isEmpty, comment)
    }

    @Test(arguments: ProtocolOverTLS.Name.allCases) func `in the segment of the consent`(
        name: ProtocolOverTLS.Name
    ) async throws {
        let way = ProtocolOverTLS(name: name, isUpgrade: true)
        let consent = Array((way.plaintextOpening.last?.answer ?? "").utf8)
        for injected in Self.injections(name) {
            try await expectRefused(way, [.send(consent + injected, mayBeCutShort: true), .ignoreRest], injected)
        }
    }

    @Test(arguments: ProtocolOverTLS.Name.allCases) func `in place of the server's first record`(
        name: ProtocolOverTLS.Name
    ) async throws {
        let way = ProtocolOverTLS(name: name, isUpgrade: true)
        let consent = way.plaintextOpening.last?.answer ?? ""
        for injected in Self.injections(name) {
            // Behind the client's hello, of which the first octet is looked at: a record of type 22.
            try await expectRefused(
                way, [.send(consent), .expect([22]), .sendBeneathTLS(injected), .ignoreRest], injected)
        }
    }

    /// Before the consent, an answer that nobody asked for is no consent either.
    @Test(arguments: ProtocolOverTLS.Name.allCases) func `what was said before TLS counts for nothing after it`(
        name: ProtocolOverTLS.Name
    ) async throws {
        // The capabilities of plaintext have what those under TLS have not: logging in by them would be visible.
        let way = ProtocolOverTLS(name: name, isUpgrade: true)
        let identity = try CertificateWorld.get().root.issue()
        let faulty = try FaultyWay(trusts: true)
        let before: [ProtocolOverTLS.Exchange]
        let after: [ProtocolOverTLS.Exchange]
        switch name {
        case .smtp:
            before = [
                .init("", "220 a\r\n"),
                .init("EHLO [127.0.0.1]\r\n", "250-a\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n"),
                .init("STARTTLS\r\n", "220 go\r\n"),
            ]
            after = [.init("EHLO [127.0.0.1]\r\n", "250 a\r\n"), .init("QUIT\r\n", "221 a\r\n")]
        case .pop3:
            before = [
                .init("", "+OK\r\n"), .init("CAPA\r\n", "+OK\r\nSTLS\r\nUSER\r\nSASL PLAIN\r\n.\r\n"),
                .init("STLS\r\n", "+OK\r\n"),
            ]
            after = [.init("CAPA\r\n", "+OK\r\nSASL SCRAM-SHA-256\r\n.\r\n"), .init("QUIT\r\n", "+OK\r\n")]
        case .imap4:
            let tag = ProtocolOverTLS.tag
            before = [
                .init("", "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] a\r\n"),
                .init("\(tag(1)) STARTTLS\r\n", "\(tag(1)) OK go\r\n"),
            ]
            after = [
                .init(
                    "\(tag(2)) CAPABILITY\r\n",
                    "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n\(tag(2)) OK a\r\n"),
                .init("\(tag(4)) LOGOUT\r\n", "* BYE a\r\n\(tag(4)) OK a\r\n"),
            ]
        }
        let server = try ScriptedServer.start(
            within: .seconds(60),
            script: before.flatMap(\.steps) + [.startTLS(identity)] + after.flatMap(\.steps) + [.ignoreRest])
        let failure = await way.run(port: server.port, faulty.transport)
        #expect(failure?.kind == "authentication", "\(failure?.story ?? "-")")
        let conversation = await server.conversations()[0]
        #expect(conversation.failure == nil)
        #expect(!String(decoding: conversation.secured, as: UTF8.self).contains("fred"))
        await faulty.expectNothingLeft()
    }
}
