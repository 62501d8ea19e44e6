import IMAP4
import MailTestKit
import MailTransport
import Octets
import POP3
import SASL
import SMTP
import Testing

/// One of the three protocols on one of the two ways into TLS, with a server's script and a client for it.
struct ProtocolOverTLS: Sendable, CustomTestStringConvertible {
    enum Name: String, Sendable, CaseIterable {
        case smtp, pop3, imap4
    }

    /// How a session went wrong.
    struct Failure: Sendable {
        /// The kind's name: of the transport's error where there is one beneath.
        let kind: String
        /// The whole error in words.
        let story: String
    }

    let name: Name
    /// Whether TLS begins with STARTTLS or STLS, rather than with the first octet.
    let isUpgrade: Bool

    static let all = Name.allCases.flatMap { name in
        [false, true].map { ProtocolOverTLS(name: name, isUpgrade: $0) }
    }

    var testDescription: String { "\(name.rawValue) \(isUpgrade ? "by upgrade" : "implicit")" }

    // MARK: The server

    /// What a client says, nothing for a greeting, and what the server says to it.
    struct Exchange: Sendable {
        let said: String
        let answer: String

        init(_ said: String, _ answer: String) {
            self.said = said
            self.answer = answer
        }

        var steps: [ScriptStep] { (said.isEmpty ? [] : [.expect(said)]) + [.send(answer)] }
    }

    /// What a server does up to the handshake of `identity`, and that too.
    func opening(_ identity: ServerIdentity) -> [ScriptStep] {
        plaintextOpening.flatMap(\.steps) + [.startTLS(identity)]
    }

    /// What is said in plaintext.
    var plaintextOpening: [Exchange] {
        guard isUpgrade else { return [] }
        return switch name {
        case .smtp:
            [
                Exchange("", "220 mail.example.com\r\n"),
                Exchange("EHLO [127.0.0.1]\r\n", "250-mail.example.com\r\n250 STARTTLS\r\n"),
                Exchange("STARTTLS\r\n", "220 go\r\n"),
            ]
        case .pop3:
            [
                Exchange("", "+OK ready\r\n"), Exchange("CAPA\r\n", "+OK\r\nSTLS\r\n.\r\n"),
                Exchange("STLS\r\n", "+OK go\r\n"),
            ]
        case .imap4:
            [
                Exchange("", "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"),
                Exchange("\(Self.tag(1)) STARTTLS\r\n", "\(Self.tag(1)) OK go\r\n"),
            ]
        }
    }

    /// All that a client may send in plaintext.
    var plaintext: String { plaintextOpening.map(\.said).joined() }

    /// A session under TLS from the greeting to the login.
    var login: [Exchange] {
        let greeting: [Exchange]
        switch name {
        case .smtp:
            greeting = [Exchange("", "220 mail.example.com\r\n")]
            return (isUpgrade ? [] : greeting) + [
                Exchange("EHLO [127.0.0.1]\r\n", "250-mail.example.com\r\n250 AUTH PLAIN\r\n"),
                Exchange("AUTH PLAIN \(Self.plain)\r\n", "235 in\r\n"),
            ]
        case .pop3:
            greeting = [Exchange("", "+OK ready\r\n")]
            return (isUpgrade ? [] : greeting) + [
                Exchange("CAPA\r\n", "+OK\r\nUSER\r\n.\r\n"), Exchange("USER fred\r\n", "+OK\r\n"),
                Exchange("PASS \(Self.password)\r\n", "+OK in\r\n"),
            ]
        case .imap4:
            greeting = [Exchange("", "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n")]
            let asked = Exchange(
                "\(Self.tag(2)) CAPABILITY\r\n",
                "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n\(Self.tag(2)) OK done\r\n")
            let tag = Self.tag(isUpgrade ? 3 : 1)
            return (isUpgrade ? [asked] : greeting) + [
                Exchange(
                    "\(tag) AUTHENTICATE PLAIN \(Self.plain)\r\n", "\(tag) OK [CAPABILITY IMAP4rev1] in\r\n")
            ]
        }
    }

    /// The smallest command behind `login`, and its answer.
    var noop: Exchange {
        let tag = Self.tag(isUpgrade ? 4 : 2)
        return switch name {
        case .smtp: Exchange("NOOP\r\n", "250 ok\r\n")
        case .pop3: Exchange("NOOP\r\n", "+OK\r\n")
        case .imap4: Exchange("\(tag) NOOP\r\n", "\(tag) OK done\r\n")
        }
    }

    /// The end of a session behind `login` and so many other commands.
    func goodbye(after commands: Int = 0) -> Exchange {
        let tag = Self.tag((isUpgrade ? 4 : 2) + commands)
        return switch name {
        case .smtp: Exchange("QUIT\r\n", "221 bye\r\n")
        case .pop3: Exchange("QUIT\r\n", "+OK bye\r\n")
        case .imap4: Exchange("\(tag) LOGOUT\r\n", "* BYE bye\r\n\(tag) OK done\r\n")
        }
    }

    /// A whole session under TLS, with a login and nothing else.
    var session: [ScriptStep] { login.flatMap(\.steps) + goodbye().steps + [.close] }

    /// The tag of the command with this number, counted from 1.
    static func tag(_ number: Int) -> String { "aaaaaaaaaaaaa\(number)" }

    static let password = "Xq7-canary"
    private static let plain = String(
        decoding: Base64.encode(Array("\u{0}fred\u{0}\(password)".utf8).span), as: UTF8.self)

    // MARK: The client

    /// Connects to `host`, logs in, does what `body` says, and says goodbye; what was thrown, nil for nothing.
    func run(
        host: String = "localhost", port: UInt16, _ transport: TransportConfiguration, logsIn: Bool = true,
        _ body: @Sendable (AnyMailClient) async throws -> Void = { _ in }
    ) async -> Failure? {
        let endpoint = Endpoint(host: host, port: port, security: isUpgrade ? .startTLS : .tls)
        let credential = Credential.password(user: "fred", Secret(Self.password))
        do {
            switch name {
            case .smtp:
                var configuration = SMTPClient.Configuration()
                configuration.transport = transport
                try await SMTPClient.withConnection(to: endpoint, configuration: configuration) { smtp in
                    if logsIn { _ = try await smtp.authenticate(credential) }
                    try await body(.smtp(smtp))
                }
            case .pop3:
                var configuration = POP3Client.Configuration()
                configuration.transport = transport
                try await POP3Client.withConnection(to: endpoint, configuration: configuration) { pop in
                    if logsIn { _ = try await pop.authenticate(credential) }
                    try await body(.pop3(pop))
                }
            case .imap4:
                var configuration = IMAP4Client.Configuration()
                configuration.transport = transport
                // The same tags each time, for the script.
                let imap = try await IMAP4Client.connect(to: endpoint, configuration: configuration, tagSeed: 0)
                do {
                    if logsIn { _ = try await imap.authenticate(credential) }
                    try await body(.imap4(imap))
                } catch {
                    await imap.logout()
                    throw error
                }
                await imap.logout()
            }
            return nil
        } catch {
            return Failure(error)
        }
    }
}

extension ProtocolOverTLS.Failure {
    init(_ error: any Error) {
        story = "\(error)"
        kind =
            switch error {
            case let error as SMTPError: error.transport.map { "\($0.kind)" } ?? "\(error.kind)"
            case let error as POP3Error: error.transport.map { "\($0.kind)" } ?? "\(error.kind)"
            case let error as IMAP4Error: error.transport.map { "\($0.kind)" } ?? "\(error.kind)"
            default: "another error"
            }
    }
}
