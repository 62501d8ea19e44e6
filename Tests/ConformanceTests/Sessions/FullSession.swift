import IMAP4
import MailTestKit
import MailTransport
import Octets
import POP3
import SASL
import SMTP
import Testing

/// A whole session of one protocol, from the greeting to the goodbye: what each side says, and what the caller does.
struct FullSession: Sendable, CustomTestStringConvertible {
    /// What the client says, and what the server answers to it.
    typealias Exchange = (said: String, answered: String)

    let name: String
    /// The greeting comes first, with nothing said before.
    let exchanges: [Exchange]
    /// Connects and does everything, each wait within the limit; what was read.
    let run: @Sendable (Endpoint, TransportConfiguration, Duration) async throws -> [String]
    /// What `run` gives where all goes well.
    let result: [String]

    var testDescription: String { name }

    static let all = [smtp, pop3, imap4]

    static let user = "fred"
    static let password = "Xq7-canary"
    private static let plain = "AGZyZWQAWHE3LWNhbmFyeQ=="
    private static let credential = Credential.password(user: user, Secret(password))

    /// The server's part, all of it.
    var script: [ScriptStep] { script(upTo: exchanges.count) }

    /// The server's part up to the answer of so many exchanges.
    func script(upTo count: Int) -> [ScriptStep] {
        exchanges.prefix(count).flatMap { said, answered in
            (said.isEmpty ? [] : [ScriptStep.expect(said)]) + [.send(answered, mayBeCutShort: true)]
        }
    }

    // MARK: SMTP

    static let smtp = FullSession(
        name: "SMTP",
        exchanges: [
            ("", "220 mail.example.com ready\r\n"),
            ("EHLO bar.com\r\n", "250-mail.example.com\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n"),
            ("AUTH PLAIN \(plain)\r\n", "235 2.7.0 in\r\n"),
            ("MAIL FROM:<a@bar.com>\r\nRCPT TO:<b@foo.com>\r\nDATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"),
            ("x\r\n.\r\n", "250-2.0.0 queued\r\n250 2.0.0 as 17\r\n"),
            ("QUIT\r\n", "221 bye\r\n"),
        ],
        run: { endpoint, transport, limit in
            var configuration = SMTPClient.Configuration()
            configuration.transport = transport
            configuration.ehloArgument = try EHLOArgument("bar.com")
            configuration.session.allowsPasswordInPlaintext = true
            configuration.timeouts.greeting = limit
            configuration.timeouts.command = limit
            configuration.timeouts.authentication = limit
            configuration.timeouts.mail = limit
            configuration.timeouts.recipient = limit
            configuration.timeouts.dataInitiation = limit
            configuration.timeouts.dataBlock = limit
            configuration.timeouts.dataTermination = limit
            return try await SMTPClient.withConnection(to: endpoint, configuration: configuration) { smtp in
                try await smtp.authenticate(credential)
                let delivery = try await smtp.send(Array("x".utf8), from: "a@bar.com", to: ["b@foo.com"])
                return ["\(delivery.reply.code.value)"]
            }
        }, result: ["250"])

    // MARK: POP3

    static let pop3 = FullSession(
        name: "POP3",
        exchanges: [
            ("", "+OK ready\r\n"), ("CAPA\r\n", "+OK\r\nPIPELINING\r\nUSER\r\n.\r\n"), ("USER \(user)\r\n", "+OK\r\n"),
            ("PASS \(password)\r\n", "+OK\r\n"), ("LIST\r\n", "+OK\r\n1 9\r\n2 9\r\n.\r\n"),
            ("RETR 1\r\nRETR 2\r\n", "+OK\r\n..\r\n.\r\n+OK\r\nb\r\n.\r\n"), ("DELE 1\r\n", "+OK\r\n"),
            ("QUIT\r\n", "+OK\r\n"),
        ],
        run: { endpoint, transport, limit in
            var configuration = POP3Client.Configuration()
            configuration.transport = transport
            configuration.session.allowsPasswordInPlaintext = true
            configuration.timeouts.reply = limit
            configuration.timeouts.authentication = limit
            configuration.timeouts.stall = limit
            return try await POP3Client.withConnection(to: endpoint, configuration: configuration) { pop in
                try await pop.authenticate(credential)
                var messages: [String] = []
                for try await message in pop.retrieve(try await pop.list()) {
                    messages.append(String(decoding: try await message.collect(), as: UTF8.self))
                }
                try await pop.delete(1)
                return messages
            }
        }, result: [".\r\n", "b\r\n"])

    // MARK: IMAP4

    static let imap4 = FullSession(
        name: "IMAP4",
        exchanges: [
            ("", "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR UNSELECT] ready\r\n"),
            (
                "\(tag(1)) AUTHENTICATE PLAIN \(plain)\r\n",
                "\(tag(1)) OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE UNSELECT] in\r\n"
            ),
            ("\(tag(2)) SELECT INBOX\r\n", "* 3 EXISTS\r\n\(tag(2)) OK [READ-WRITE] done\r\n"),
            (
                "\(tag(3)) UID FETCH 7 (UID BODY.PEEK[])\r\n",
                "* 1 FETCH (UID 7 BODY[] {12}\r\n0123456789\r\n)\r\n\(tag(3)) OK done\r\n"
            ),
            ("\(tag(4)) UNSELECT\r\n", "\(tag(4)) OK done\r\n"),
            ("\(tag(5)) LOGOUT\r\n", "* BYE bye\r\n\(tag(5)) OK done\r\n"),
        ],
        run: { endpoint, transport, limit in
            var configuration = IMAP4Client.Configuration()
            configuration.transport = transport
            configuration.allowsPasswordInPlaintext = true
            configuration.greetingTimeout = limit
            configuration.replyTimeout = limit
            configuration.stallTimeout = limit
            let imap = try await IMAP4Client.connect(to: endpoint, configuration: configuration, tagSeed: 0)
            var messages: [String] = []
            do {
                try await imap.authenticate(credential)
                try await imap.withMailbox(.inbox) { inbox in
                    for try await message in try await inbox.fetch(.uids(7...7), [.uid, .bodyPeek("")]) {
                        messages.append(String(decoding: try await message.body.collect(), as: UTF8.self))
                    }
                }
            } catch {
                await imap.logout()
                throw error
            }
            await imap.logout()
            return messages
        }, result: ["0123456789\r\n"])

    /// The tag of the n-th command of a client whose tags are known.
    private static func tag(_ number: Int) -> String { "aaaaaaaaaaaaa\(number)" }
}
