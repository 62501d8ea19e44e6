import MailTestKit
import MailTransport
import Octets
import POP3
import SMTP
import Synchronization
import Testing

@testable import IMAP4

/// A TCP stream that ends without TLS's end mark may have been cut by anybody: inside a session that is an error, whatever was read
/// is not taken for whole, and only behind the last answer it is the end that many servers make (RFC 8446 §6.1).
@Suite(.timeLimit(.minutes(2))) struct TruncationTests {
    /// One session under TLS and what the client gets out of it.
    struct Session: Sendable, CustomTestStringConvertible {
        let way: ProtocolOverTLS
        let exchanges: [ProtocolOverTLS.Exchange]
        let logsIn: Bool
        /// How many exchanges at the end are courtesies, whose answers bring nothing any more.
        var courtesies = 1
        /// What comes of it, whole.
        let outcome: String
        let body: @Sendable (AnyMailClient) async throws -> String

        var testDescription: String { way.testDescription }

        /// All octets the server sends, and those of them that come before the courtesies.
        var length: Int { exchanges.reduce(0) { $0 + $1.answer.utf8.count } }
        var lengthThatCounts: Int { exchanges.dropLast(courtesies).reduce(0) { $0 + $1.answer.utf8.count } }

        /// The server's part, cut behind so many of its octets.
        func script(cutBehind count: Int) -> [ScriptStep] {
            var left = count
            var script: [ScriptStep] = []
            for exchange in exchanges {
                if !exchange.said.isEmpty { script.append(.expect(exchange.said)) }
                let octets = Array(exchange.answer.utf8.prefix(left))
                if !octets.isEmpty { script.append(.send(octets)) }
                left -= octets.count
                if octets.count < exchange.answer.utf8.count { break }
            }
            return script + [.truncate]
        }
    }

    static let sessions: [Session] = [
        submission(ProtocolOverTLS(name: .smtp, isUpgrade: false)),
        submission(ProtocolOverTLS(name: .smtp, isUpgrade: true)), retrieval, fetch, listing,
    ]

    private static func submission(_ way: ProtocolOverTLS) -> Session {
        Session(
            way: way,
            exchanges: (way.isUpgrade ? [] : [.init("", "220 a\r\n")]) + [
                .init("EHLO [127.0.0.1]\r\n", "250-a\r\n250 PIPELINING\r\n"),
                .init(
                    "MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n",
                    "250 a\r\n250 a\r\n354 a\r\n"),
                .init("x\r\n.\r\n", "250 b\r\n"), .init("QUIT\r\n", "221 a\r\n"),
            ], logsIn: false, outcome: "b"
        ) { client in
            guard case .smtp(let smtp) = client else { return "" }
            let delivery = try await smtp.send(Array("x".utf8), from: "a@a.example", to: ["b@b.example"])
            return delivery.reply.text
        }
    }

    private static let retrieval = Session(
        way: ProtocolOverTLS(name: .pop3, isUpgrade: false),
        exchanges: [
            .init("", "+OK\r\n"), .init("CAPA\r\n", "+OK\r\nUSER\r\n.\r\n"), .init("USER fred\r\n", "+OK\r\n"),
            .init("PASS Xq7-canary\r\n", "+OK\r\n"), .init("RETR 1\r\n", "+OK\r\nab\r\n..c\r\n.\r\n"),
            .init("QUIT\r\n", "+OK\r\n"),
        ], logsIn: true, outcome: "ab\r\n.c\r\n"
    ) { client in
        guard case .pop3(let pop) = client else { return "" }
        return String(decoding: try await pop.retrieve(1).collect(), as: UTF8.self)
    }

    private static func tag(_ number: Int) -> String { ProtocolOverTLS.tag(number) }

    private static let fetch = Session(
        way: ProtocolOverTLS(name: .imap4, isUpgrade: false),
        exchanges: [
            .init("", "* PREAUTH [CAPABILITY IMAP4rev1 UNSELECT] a\r\n"),
            .init("\(tag(1)) SELECT INBOX\r\n", "* 1 EXISTS\r\n\(tag(1)) OK [READ-WRITE] a\r\n"),
            .init(
                "\(tag(2)) UID FETCH 1 (UID BODY.PEEK[])\r\n",
                "* 1 FETCH (UID 1 BODY[] {7}\r\nab\r\n.c\n)\r\n\(tag(2)) OK a\r\n"),
            .init("\(tag(3)) UNSELECT\r\n", "\(tag(3)) OK a\r\n"),
            .init("\(tag(4)) LOGOUT\r\n", "* BYE a\r\n\(tag(4)) OK a\r\n"),
        ], logsIn: false, courtesies: 2, outcome: "ab\r\n.c\n"
    ) { client in
        guard case .imap4(let imap) = client else { return "" }
        var texts: [String] = []
        try await imap.withMailbox(.inbox) { mailbox in
            for try await message in try await mailbox.fetch(.uids(1...1), [.uid, .bodyPeek("")]) {
                for try await section in message.sections {
                    texts.append(String(decoding: try await section.octets.collect(), as: UTF8.self))
                }
            }
        }
        return texts.joined(separator: "|")
    }

    private static let listing: Session = {
        let way = ProtocolOverTLS(name: .imap4, isUpgrade: true)
        return Session(
            way: way,
            exchanges: way.login + [
                .init(
                    "\(tag(4)) LIST \"\" \"*\"\r\n",
                    "* LIST () \"/\" a\r\n* LIST () \"/\" {2}\r\nbc\r\n\(tag(4)) OK a\r\n"),
                .init("\(tag(5)) LOGOUT\r\n", "* BYE a\r\n\(tag(5)) OK a\r\n"),
            ], logsIn: true, outcome: "a|bc"
        ) { client in
            guard case .imap4(let imap) = client else { return "" }
            return try await imap.list().map { "\($0.name)" }.joined(separator: "|")
        }
    }()

    @Test(arguments: sessions) func `a stream cut at any octet is an error, and what came is not taken for whole`(
        session: Session
    ) async throws {
        let identity = try CertificateWorld.get().root.issue()
        let loops = try EventLoopGroup(count: 1)
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.tls.roots = .file(try CertificateWorld.get().root.path)
        for count in 0...session.length {
            let server = try ScriptedServer.start(
                within: .seconds(30), script: session.way.opening(identity) + session.script(cutBehind: count))
            let outcome = Mutex<String?>(nil)
            let failure = await session.way.run(port: server.port, transport, logsIn: session.logsIn) { client in
                let got = try await session.body(client)
                outcome.withLock { $0 = got }
            }
            let conversation = await server.conversations()[0]
            let got = outcome.withLock { $0 }
            let comment = Comment(rawValue: "cut behind \(count) of \(session.length): \(failure?.story ?? got ?? "-")")
            if count < session.lengthThatCounts {
                #expect(failure?.kind == "truncated", comment)
                #expect(got == nil || got == session.outcome, comment)
            } else {
                #expect(failure == nil, comment)
                #expect(got == session.outcome, comment)
            }
            #expect(conversation.failure == nil, comment)
        }
        #expect(loops.next.holdings.descriptors == 0)
        #expect(loops.next.holdings.timers == 0)
    }
}
