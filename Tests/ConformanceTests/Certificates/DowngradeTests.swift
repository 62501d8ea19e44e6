import MailTestKit
import MailTransport
import Testing

/// Somebody on the way who wants a session without TLS, or with less of it, gets an error by its name and nothing of the user's
/// (RFC 8314 §4.1, RFC 3207 §6, RFC 2595 §2.4, RFC 9051 §11.1).
@Suite(.timeLimit(.minutes(1))) struct DowngradeTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: ProtocolOverTLS.Name
        let story: String
        let script: [ScriptStep]
        /// The kind of the error.
        let kind: String

        var testDescription: String { "\(name.rawValue): \(story)" }

        init(_ name: ProtocolOverTLS.Name, _ story: String, _ kind: String, _ script: ScriptStep...) {
            self.name = name
            self.story = story
            self.kind = kind
            self.script = script
        }
    }

    private static func tag(_ number: Int) -> String { ProtocolOverTLS.tag(number) }
    private static let hello: ScriptStep = .expect("EHLO [127.0.0.1]\r\n")

    static let attacks = submissionAttacks + retrievalAttacks + accessAttacks

    private static let submissionAttacks = [
        Attack(
            .smtp, "STARTTLS is not offered", "tlsNotOffered", .send("220 a\r\n"), hello,
            .send("250-a\r\n250 AUTH PLAIN\r\n")),
        Attack(
            .smtp, "STARTTLS is spelled otherwise", "tlsNotOffered", .send("220 a\r\n"), hello,
            .send("250-a\r\n250-STARTTLSX\r\n250 AUTH PLAIN\r\n")),
        Attack(.smtp, "EHLO is refused", "refused", .send("220 a\r\n"), hello, .send("502 no\r\n")),
        Attack(
            .smtp, "STARTTLS is refused for now", "refused", .send("220 a\r\n"), hello,
            .send("250-a\r\n250 STARTTLS\r\n"), .expect("STARTTLS\r\n"), .send("454 later\r\n")),
        Attack(
            .smtp, "STARTTLS is not known", "refused", .send("220 a\r\n"), hello,
            .send("250-a\r\n250 STARTTLS\r\n"), .expect("STARTTLS\r\n"), .send("500 what\r\n")),
        Attack(
            .smtp, "the server goes on in plaintext", "plaintextAfterStartTLS", .send("220 a\r\n"), hello,
            .send("250-a\r\n250 STARTTLS\r\n"), .expect("STARTTLS\r\n"),
            .send("220 go\r\n250-a\r\n250 AUTH PLAIN\r\n", mayBeCutShort: true)),
        Attack(
            .smtp, "EHLO is answered by a goodbye", "serverClosing", .send("220 a\r\n"), hello,
            .send("421 bye\r\n")),
        Attack(
            .smtp, "STARTTLS is only in the text", "tlsNotOffered", .send("220 a STARTTLS\r\n"), hello,
            .send("250-STARTTLS is spoken here\r\n250 AUTH PLAIN\r\n")),
        Attack(
            .smtp, "STARTTLS is answered by a goodbye", "serverClosing", .send("220 a\r\n"), hello,
            .send("250-a\r\n250 STARTTLS\r\n"), .expect("STARTTLS\r\n"), .send("421 bye\r\n")),
        Attack(
            .smtp, "STARTTLS is refused for good", "refused", .send("220 a\r\n"), hello,
            .send("250-a\r\n250 STARTTLS\r\n"), .expect("STARTTLS\r\n"), .send("554 5.7.0 no\r\n")),
        Attack(
            .smtp, "STARTTLS is answered as if there were more to say", "unexpectedReply", .send("220 a\r\n"), hello,
            .send("250-a\r\n250 STARTTLS\r\n"), .expect("STARTTLS\r\n"), .send("334 go on\r\n")),
    ]

    private static let retrievalAttacks = [
        Attack(
            .pop3, "STLS is not offered", "tlsNotOffered", .send("+OK\r\n"), .expect("CAPA\r\n"),
            .send("+OK\r\nUSER\r\n.\r\n")),
        Attack(
            .pop3, "STLS is refused", "refused", .send("+OK\r\n"), .expect("CAPA\r\n"),
            .send("+OK\r\nSTLS\r\n.\r\n"), .expect("STLS\r\n"), .send("-ERR no\r\n")),
        Attack(
            .pop3, "CAPA and STLS are refused", "refused", .send("+OK\r\n"), .expect("CAPA\r\n"),
            .send("-ERR no\r\n"), .expect("STLS\r\n"), .send("-ERR no\r\n")),
        Attack(
            .pop3, "the server goes on in plaintext", "plaintextAfterStartTLS", .send("+OK\r\n"), .expect("CAPA\r\n"),
            .send("+OK\r\nSTLS\r\n.\r\n"), .expect("STLS\r\n"),
            .send("+OK\r\n+OK\r\nUSER\r\n.\r\n", mayBeCutShort: true)),
        Attack(
            .pop3, "STLS is only in the greeting", "tlsNotOffered", .send("+OK STLS\r\n"), .expect("CAPA\r\n"),
            .send("+OK STLS\r\nUSER\r\n.\r\n")),
        Attack(
            .pop3, "STLS is spelled otherwise", "tlsNotOffered", .send("+OK\r\n"), .expect("CAPA\r\n"),
            .send("+OK\r\nSTLSX\r\nX-STLS\r\n.\r\n")),
        Attack(
            .pop3, "nothing at all is offered", "tlsNotOffered", .send("+OK\r\n"), .expect("CAPA\r\n"),
            .send("+OK\r\n.\r\n")),
        Attack(
            .pop3, "STLS is refused with a code", "refused", .send("+OK\r\n"), .expect("CAPA\r\n"),
            .send("+OK\r\nSTLS\r\n.\r\n"), .expect("STLS\r\n"), .send("-ERR [SYS/TEMP] later\r\n")),
    ]

    private static let accessAttacks = [
        Attack(
            .imap4, "STARTTLS is not offered", "tlsNotOffered", .send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] a\r\n")),
        Attack(
            .imap4, "the server says who is logged in", "tlsRequired", .send("* PREAUTH [CAPABILITY IMAP4rev1] a\r\n")),
        Attack(
            .imap4, "CAPABILITY is refused", "rejectedSyntax", .send("* OK a\r\n"),
            .expect("\(tag(1)) CAPABILITY\r\n"), .send("\(tag(1)) BAD what\r\n")),
        Attack(
            .imap4, "STARTTLS is refused", "tlsNotOffered", .send("* OK [CAPABILITY IMAP4rev1 STARTTLS] a\r\n"),
            .expect("\(tag(1)) STARTTLS\r\n"), .send("\(tag(1)) NO no\r\n")),
        Attack(
            .imap4, "STARTTLS is not known", "tlsNotOffered", .send("* OK [CAPABILITY IMAP4rev1 STARTTLS] a\r\n"),
            .expect("\(tag(1)) STARTTLS\r\n"), .send("\(tag(1)) BAD what\r\n")),
        Attack(
            .imap4, "the server goes on in plaintext", "plaintextAfterStartTLS",
            .send("* OK [CAPABILITY IMAP4rev1 STARTTLS] a\r\n"), .expect("\(tag(1)) STARTTLS\r\n"),
            .send("\(tag(1)) OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", mayBeCutShort: true)),
        Attack(
            .imap4, "STARTTLS is only in the text", "tlsNotOffered",
            .send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] STARTTLS is spoken here\r\n")),
        Attack(
            .imap4, "STARTTLS is spelled otherwise", "tlsNotOffered",
            .send("* OK [CAPABILITY IMAP4rev1 STARTTLS2 XSTARTTLS] a\r\n")),
        Attack(
            .imap4, "the answer has no STARTTLS", "tlsNotOffered", .send("* OK a\r\n"),
            .expect("\(tag(1)) CAPABILITY\r\n"),
            .send("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n\(tag(1)) OK a\r\n")),
        Attack(
            .imap4, "nobody logs in, and no STARTTLS", "tlsNotOffered",
            .send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] a\r\n")),
        Attack(
            .imap4, "the server says who is logged in, and offers STARTTLS", "tlsRequired",
            .send("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] a\r\n")),
        Attack(
            .imap4, "STARTTLS is answered with another's tag", "unexpectedResponse",
            .send("* OK [CAPABILITY IMAP4rev1 STARTTLS] a\r\n"), .expect("\(tag(1)) STARTTLS\r\n"),
            .send("\(tag(9)) OK go\r\n")),
        Attack(
            .imap4, "STARTTLS is answered by a goodbye", "serverClosing",
            .send("* OK [CAPABILITY IMAP4rev1 STARTTLS] a\r\n"), .expect("\(tag(1)) STARTTLS\r\n"),
            .send("* BYE bye\r\n\(tag(1)) OK go\r\n", mayBeCutShort: true)),
    ]

    private func play(_ way: ProtocolOverTLS, _ script: [ScriptStep]) async throws -> (
        ProtocolOverTLS.Failure?, ScriptedConversation
    ) {
        let loops = try EventLoopGroup(count: 1)
        let server = try ScriptedServer.start(within: .seconds(30), script: script)
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.closeTimeout = .milliseconds(100)
        transport.tls.roots = .file(try CertificateWorld.get().root.path)
        let failure = await way.run(port: server.port, transport)
        let conversation = await server.conversations()[0]
        #expect(loops.next.holdings.descriptors == 0)
        #expect(loops.next.holdings.timers == 0)
        return (failure, conversation)
    }

    @Test(arguments: attacks) func `a server without TLS is refused by name, and gets nothing`(attack: Attack)
        async throws
    {
        let way = ProtocolOverTLS(name: attack.name, isUpgrade: true)
        let (failure, conversation) = try await play(way, attack.script + [.ignoreRest])
        #expect(failure?.kind == attack.kind, "\(failure?.story ?? "accepted")")
        #expect(PlaintextWatch.findings(in: conversation.plaintext, of: attack.name) == [])
        #expect(conversation.failure == nil)
    }

    @Test(arguments: ProtocolOverTLS.Name.allCases)
    func `a server that speaks plaintext where TLS comes first gets nothing`(
        name: ProtocolOverTLS.Name
    ) async throws {
        let greeting = name == .smtp ? "220 a\r\n" : name == .pop3 ? "+OK\r\n" : "* OK a\r\n"
        let way = ProtocolOverTLS(name: name, isUpgrade: false)
        let (failure, conversation) = try await play(way, [.send(greeting), .ignoreRest])
        #expect(failure?.kind == "plaintextInsteadOfTLS", "\(failure?.story ?? "accepted")")
        #expect(!String(decoding: conversation.plaintext, as: UTF8.self).contains("fred"))
    }

    @Test(arguments: ProtocolOverTLS.all) func `a client that is talked out of TLS 1.3 notices`(way: ProtocolOverTLS)
        async throws
    {
        let identity = try CertificateWorld.get().root.issue().serving { $0.hidesTLS13FromItself = true }
        let (failure, conversation) = try await play(way, way.opening(identity) + [.ignoreRest])
        #expect(failure?.kind == "downgraded", "\(failure?.story ?? "accepted")")
        #expect(conversation.secured.isEmpty)
        #expect(PlaintextWatch.findings(in: conversation.plaintext, of: way.name) == [])
    }
}
