import IMAP4
import MailTestKit
import MailTransport
import Octets
import POP3
import SASL
import SMTP
import Testing

/// What a server or a network that misbehaves gets, the same from all three clients: a typed error that tells what happened, before the
/// deadline, and nothing left behind.
@Suite(.timeLimit(.minutes(2))) struct BadEndingTests {
    enum Client: CaseIterable, Sendable {
        case smtp, pop3, imap4

        var greeting: String {
            switch self {
            case .smtp: "220 mail.example.com ready\r\n"
            case .pop3: "+OK ready\r\n"
            case .imap4: "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n"
            }
        }

        /// Connects, and logs in where that comes about; what is thrown, as its kind's name and its story.
        func logIn(
            to endpoint: Endpoint, _ transport: TransportConfiguration, limit: Duration
        ) async -> (kind: String, story: String)? {
            let credential = Credential.password(user: "fred", Secret("Xq7-canary"))
            do {
                switch self {
                case .smtp:
                    var configuration = SMTPClient.Configuration()
                    configuration.transport = transport
                    configuration.timeouts.greeting = limit
                    configuration.timeouts.command = limit
                    try await SMTPClient.withConnection(to: endpoint, configuration: configuration) { smtp in
                        _ = try await smtp.authenticate(credential)
                    }
                case .pop3:
                    var configuration = POP3Client.Configuration()
                    configuration.transport = transport
                    configuration.timeouts.reply = limit
                    try await POP3Client.withConnection(to: endpoint, configuration: configuration) { pop in
                        _ = try await pop.authenticate(credential)
                    }
                case .imap4:
                    var configuration = IMAP4Client.Configuration()
                    configuration.transport = transport
                    configuration.greetingTimeout = limit
                    configuration.replyTimeout = limit
                    try await IMAP4Client.withConnection(to: endpoint, configuration: configuration) { imap in
                        _ = try await imap.authenticate(credential)
                    }
                }
                return nil
            } catch let error as SMTPError {
                return (error.transport.map { "\($0.kind)" } ?? "\(error.kind)", "\(error)")
            } catch let error as POP3Error {
                return (error.transport.map { "\($0.kind)" } ?? "\(error.kind)", "\(error)")
            } catch let error as IMAP4Error {
                return (error.transport.map { "\($0.kind)" } ?? "\(error.kind)", "\(error)")
            } catch {
                return ("another error", "\(error)")
            }
        }
    }

    /// Plays one ending and looks that nothing is left; the kind and story of the error.
    private func end(
        _ client: Client, to endpoint: Endpoint, roots: TestCertificateAuthority? = nil, limit: Duration = .seconds(30)
    ) async throws -> (kind: String, story: String) {
        var transport = TransportConfiguration()
        let loops = try EventLoopGroup(count: 1)
        transport.loops = loops
        if let roots { transport.tls.roots = .file(roots.path) }
        let error = try #require(await client.logIn(to: endpoint, transport, limit: limit))
        withExtendedLifetime(roots) {}
        await withCheckedContinuation { continuation in loops.next.execute { continuation.resume() } }
        #expect(loops.next.holdings.descriptors == 0)
        #expect(loops.next.holdings.timers == 0)
        #expect(!error.story.contains("Xq7"))
        return error
    }

    @Test(arguments: Client.allCases) func `a refused port`(client: Client) async throws {
        let nobody = try RefusingPort()
        let error = try await end(client, to: .plaintext("127.0.0.1", port: nobody.port))
        #expect(error.kind == "connectionRefused", "\(error)")
        #expect(!error.story.isEmpty)
    }

    @Test(arguments: Client.allCases) func `an unknown host`(client: Client) async throws {
        let error = try await end(client, to: .tls("does-not-exist.invalid"))
        #expect(["hostNotFound", "resolutionFailed"].contains(error.kind), "\(error)")
        #expect(error.story.contains("does-not-exist.invalid"))
    }

    @Test(arguments: Client.allCases) func `a certificate for another name, with the names it has`(client: Client)
        async throws
    {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(tls: authority.issue(.otherHost), script: [.ignoreRest])
        let error = try await end(client, to: .tls("localhost", port: server.port), roots: authority)
        #expect(error.kind == "certificateNameMismatch", "\(error)")
        #expect(error.story.contains("other.example"))
        #expect(await server.conversations()[0].secured.isEmpty)
    }

    @Test(arguments: Client.allCases, ["\u{0}\u{1}\u{2}garbage\r\n", "<html>\r\n", "\r\n", "x OK tagged\r\n"])
    func `a server that answers garbage`(client: Client, garbage: String) async throws {
        let server = try ScriptedServer.start(script: [.send(garbage), .ignoreRest])
        let error = try await end(client, to: .plaintext("127.0.0.1", port: server.port))
        #expect(
            ["malformedReply", "malformedResponse", "unexpectedReply", "unexpectedResponse"].contains(error.kind),
            "\(error)")
        let plaintext = await server.conversations()[0].plaintext
        #expect(!String(decoding: plaintext, as: UTF8.self).contains("fred"))
    }

    @Test(arguments: Client.allCases) func `a server that closes in the middle of its greeting`(client: Client)
        async throws
    {
        let server = try ScriptedServer.start(script: [.send(String(client.greeting.dropLast(1))), .close])
        let error = try await end(client, to: .plaintext("127.0.0.1", port: server.port))
        #expect(["connectionClosed", "truncated", "closed"].contains(error.kind), "\(error)")
    }

    @Test(arguments: Client.allCases) func `a server that never answers, at the deadline`(client: Client) async throws {
        let server = try ScriptedServer.start(within: .seconds(60), script: [.stall])
        let error = try await end(client, to: .plaintext("127.0.0.1", port: server.port), limit: .milliseconds(200))
        #expect(error.kind == "timedOut", "\(error)")
    }

    @Test(arguments: Client.allCases) func `a server that sends an endless line, within bounds`(client: Client)
        async throws
    {
        let line = String(client.greeting.dropLast(2)) + String(repeating: "x", count: 8 << 20)
        let server = try ScriptedServer.start(
            within: .seconds(60), script: [.send(line, mayBeCutShort: true), .ignoreRest])
        let error = try await end(client, to: .plaintext("127.0.0.1", port: server.port))
        #expect(error.kind == "limitExceeded", "\(error)")
    }

    @Test(arguments: Client.allCases) func `a password is not sent in plaintext unless that was asked for by name`(
        client: Client
    ) async throws {
        var steps: [ScriptStep] = [.send(client.greeting)]
        switch client {
        case .smtp: steps += [.expect("EHLO [127.0.0.1]\r\n"), .send("250-mail.example.com\r\n250 AUTH PLAIN\r\n")]
        case .pop3: steps += [.expect("CAPA\r\n"), .send("+OK\r\nSASL PLAIN\r\nUSER\r\n.\r\n")]
        case .imap4: break
        }
        let server = try ScriptedServer.start(script: steps + [.ignoreRest])
        let error = try await end(client, to: .plaintext("127.0.0.1", port: server.port))
        #expect(["authentication", "tlsRequired"].contains(error.kind), "\(error)")
        let plaintext = String(decoding: await server.conversations()[0].plaintext, as: UTF8.self)
        #expect(!plaintext.contains("AUTH"))
        #expect(!plaintext.contains("fred"))
    }
}
