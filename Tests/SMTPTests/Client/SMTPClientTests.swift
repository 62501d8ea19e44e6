import MailTestKit
import MailTransport
import Octets
import SASL
import Testing

@testable import SMTP

@Suite("A client over sockets", .timeLimit(.minutes(2)))
struct SMTPClientTests {
    private static let secret = Secret("Xq7-canary")

    private func client<Value>(
        _ server: ScriptedServer, _ security: Endpoint.Security = .plaintext, limit: Duration = .seconds(10),
        _ body: (SMTPClient) async throws -> Value
    ) async throws -> Value {
        let endpoint = Endpoint(host: "127.0.0.1", port: server.port, security: security)
        return try await SMTPClient.withConnection(
            to: endpoint, configuration: ClientScript.configuration(limit: limit), body)
    }

    @Test("a whole submission over STARTTLS, nothing shown before TLS and nothing before its turn")
    func submission() async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("STARTTLS", "AUTH PLAIN") + [
                .expect("STARTTLS\r\n"), .expectSilence(for: .milliseconds(20)), .send("220 go ahead\r\n"),
                .startTLS(ClientScript.identity()),
            ] + ClientScript.ehlo(["PIPELINING", "SIZE 1000", "AUTH PLAIN"]) + [
                .expect("AUTH PLAIN AGZyZWQAWHE3LWNhbmFyeQ==\r\n"), .expectSilence(for: .milliseconds(20)),
                .send("235 2.7.0 welcome\r\n"),
                .expect("MAIL FROM:<a@bar.com> SIZE=13\r\nRCPT TO:<b@foo.com>\r\nRCPT TO:<c@foo.com>\r\nDATA\r\n"),
                .expectSilence(for: .milliseconds(20)), .send("250 ok\r\n250 ok\r\n550 5.1.1 no\r\n354 go\r\n"),
                .expect("a: b\r\n\r\n..hi\r\n.\r\n"), .send("250 2.0.0 queued\r\n"),
            ] + ClientScript.quit)
        let delivery = try await client(server, .startTLS) { smtp in
            #expect(await smtp.greeting == nil)
            #expect(await smtp.tlsInformation?.isVerified == true)
            #expect(await smtp.extensions.maximumMessageSize == 1000)
            let welcome = try await smtp.authenticate(.password(user: "fred", Self.secret))
            #expect(welcome.enhancedCode?.description == "2.7.0")
            #expect(await smtp.isAuthenticated)
            return try await smtp.send(Array("a: b\n\n.hi".utf8), from: "a@bar.com", to: ["b@foo.com", "c@foo.com"])
        }
        #expect(delivery.acceptedRecipients.map(\.recipient.description) == ["<b@foo.com>"])
        #expect(delivery.refusedRecipients.map(\.reply.code.value) == [550])
        #expect(delivery.reply.text == "queued")
        let conversation = try await server.finish()[0]
        let plaintext = String(decoding: conversation.plaintext, as: UTF8.self)
        #expect(plaintext == "EHLO bar.com\r\nSTARTTLS\r\n")
        #expect(conversation.end == .orderly)
    }

    @Test("implicit TLS, lock-step, RSET and NOOP")
    func implicitTLS() async throws {
        let server = try ScriptedServer.start(
            tls: ClientScript.identity(),
            script: ClientScript.hello() + [
                .expect("NOOP\r\n"), .send("250 ok\r\n"), .expect("RSET\r\n"), .send("250 ok\r\n"),
                .expect("MAIL FROM:<a@bar.com>\r\n"),
                .send("250 ok\r\n"), .expect("RCPT TO:<b@foo.com>\r\n"), .send("250 ok\r\n"), .expect("DATA\r\n"),
                .send("354 go\r\n"),
                .expect("x\r\n.\r\n"), .send("250 ok\r\n"),
            ] + ClientScript.quit)
        try await client(server, .tls) { smtp in
            try await smtp.noop()
            try await smtp.reset()
            _ = try await smtp.send(Array("x".utf8), from: "a@bar.com", to: ["b@foo.com"])
        }
        #expect(try await server.finish()[0].plaintext.isEmpty)
    }

    @Test("the address literal of the socket is what EHLO says where nothing else is set")
    func literal() async throws {
        let server = try ScriptedServer.start(
            script: [
                .send("220 foo.com\r\n"), .expect("EHLO [127.0.0.1]\r\n"), .send("250 foo.com\r\n"),
            ] + ClientScript.quit)
        var configuration = try ClientScript.configuration()
        configuration.ehloArgument = nil
        try await SMTPClient.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration
        ) { _ in }
        try await server.finish()
    }

    @Test("what the body throws comes out untouched, and QUIT is said")
    func bodyThrows() async throws {
        struct Mine: Error {}
        let server = try ScriptedServer.start(script: ClientScript.hello() + ClientScript.quit)
        await #expect(throws: Mine.self) { try await client(server) { _ in throw Mine() } }
        try await server.finish()
    }

    @Test("a server that does not answer QUIT does no harm, and does not hold up for long")
    func silentQuit() async throws {
        let server = try ScriptedServer.start(
            within: .seconds(60), script: ClientScript.hello() + [.expect("QUIT\r\n"), .stall])
        let took = try await ContinuousClock().measure { try await client(server) { _ in } }
        #expect(took < .seconds(50))
        try await server.finish()
    }

    @Test("a wrong password: the server's words, and the connection goes on")
    func refused() async throws {
        let server = try ScriptedServer.start(
            tls: ClientScript.identity(),
            script: ClientScript.hello("AUTH PLAIN") + [
                .expect("AUTH PLAIN AGZyZWQAWHE3LWNhbmFyeQ==\r\n"), .send("535 5.7.8 wrong: Xq7-canary\r\n"),
                .expect("NOOP\r\n"), .send("250 ok\r\n"),
            ] + ClientScript.quit)
        try await client(server, .tls) { smtp in
            let error = await smtpError { try await smtp.authenticate(.password(user: "fred", Self.secret)) }
            #expect(error?.kind == .refused)
            #expect(error?.reply?.text == "wrong: **********")
            #expect(error?.connectionIsUsable == true)
            try await smtp.noop()
        }
        try await server.finish()
    }

    @Test("a password does not go over plaintext")
    func plaintext() async throws {
        let server = try ScriptedServer.start(script: ClientScript.hello("AUTH PLAIN LOGIN") + ClientScript.quit)
        try await client(server) { smtp in
            let error = await smtpError { try await smtp.authenticate(.password(user: "fred", Self.secret)) }
            #expect(error?.sasl?.kind == .needsTLS)
        }
        try await server.finish()
    }

    @Test("STARTTLS not offered, or refused: typed, and only QUIT is said")
    func noTLS() async throws {
        for (offered, steps, kind) in [
            ("AUTH PLAIN", [], SMTPError.Kind.tlsNotOffered),
            ("STARTTLS", [.expect("STARTTLS\r\n"), .send("454 4.7.0 no\r\n")], .refused),
        ] as [(String, [ScriptStep], SMTPError.Kind)] {
            let server = try ScriptedServer.start(script: ClientScript.hello(offered) + steps + ClientScript.quit)
            let error = await smtpError {
                try await client(server, .startTLS) { _ in _ = Issue.record("there is no session") }
            }
            #expect(error?.kind == kind)
            #expect(error?.command == "STARTTLS")
            try await server.finish()
        }
    }

    @Test(
        "plaintext behind the consent to STARTTLS ends the connection by name",
        arguments: [
            "220 go\r\n250 injected\r\n", "220 go\r\n2", "220 go\r\n" + String(repeating: "x", count: 65_536),
        ])
    func injected(answer: String) async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("STARTTLS") + [
                .expect("STARTTLS\r\n"), .send(answer, mayBeCutShort: true), .ignoreRest,
            ])
        let error = await smtpError {
            try await client(server, .startTLS) { _ in _ = Issue.record("there is no session") }
        }
        #expect(error?.kind == .plaintextAfterStartTLS)
        let sent = await server.conversations()[0].plaintext
        #expect(String(decoding: sent, as: UTF8.self) == "EHLO bar.com\r\nSTARTTLS\r\n")
    }

    @Test(
        "certificates that must not be trusted",
        arguments: [CertificateProfile.expired, .selfSigned, .otherHost, .commonNameOnly],
        [
            Endpoint.Security.tls, .startTLS,
        ])
    func certificates(profile: CertificateProfile, security: Endpoint.Security) async throws {
        let identity = try ClientScript.identity(profile)
        let steps =
            security == .startTLS
            ? ClientScript.hello("STARTTLS") + [.expect("STARTTLS\r\n"), .send("220 go\r\n"), .startTLS(identity)] : []
        let server = try ScriptedServer.start(tls: security == .tls ? identity : nil, script: steps)
        let error = await smtpError {
            try await client(server, security) { _ in _ = Issue.record("there is no session") }
        }
        #expect(error?.kind == .transport)
        #expect(error?.transport?.kind.description.hasPrefix("certificate") == true)
        #expect(await server.conversations()[0].secured.isEmpty)
    }

    @Test("nobody listens, or what answers is no SMTP server")
    func noServer() async throws {
        let nobody = try RefusingPort()
        let refused = await smtpError {
            let configuration = try ClientScript.configuration(limit: .seconds(3))
            try await SMTPClient.withConnection(
                to: .plaintext("127.0.0.1", port: nobody.port), configuration: configuration
            ) { _ in }
        }
        #expect(refused?.kind == .transport)
        for (greeting, kind) in [
            ("* OK IMAP4rev1\r\n", SMTPError.Kind.malformedReply), ("554 no\r\n", .refused),
            ("421 busy\r\n", .serverClosing),
        ] {
            let server = try ScriptedServer.start(script: [.send(greeting)])
            let error = await smtpError { try await client(server) { _ in } }
            #expect(error?.kind == kind)
            #expect(try await server.finish()[0].plaintext.isEmpty)
        }
    }

    @Test("deadlines: silence, and octets that trickle in without an end")
    func deadlines() async throws {
        let trickle = String(repeating: "220-x\r\n", count: 100)
        for steps in [
            [ScriptStep.stall], [.sendSlowly(trickle, pause: .milliseconds(20), mayBeCutShort: true), .ignoreRest],
        ] {
            let server = try ScriptedServer.start(script: steps)
            let clock = ContinuousClock()
            let began = clock.now
            let error = await smtpError { try await client(server, limit: .milliseconds(300)) { _ in } }
            #expect(error?.kind == .timedOut)
            // Not by the deadline of anything longer: the trickle alone lasts that long.
            #expect(clock.now - began >= .milliseconds(300))
            _ = await server.conversations()
        }
    }

    @Test("cancelling the task ends the wait at once, and the connection")
    func cancelled() async throws {
        let server = try ScriptedServer.start(script: ClientScript.hello() + [.expect("NOOP\r\n"), .ignoreRest])
        let (connected, signal) = AsyncStream<Void>.makeStream()
        let task = Task { () async -> SMTPError? in
            await smtpError {
                try await client(server) { smtp in
                    signal.yield()
                    _ = try await smtp.noop()
                }
            }
        }
        for await _ in connected { break }
        try await Task.sleep(for: .milliseconds(300))
        let clock = ContinuousClock()
        let began = clock.now
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        #expect(clock.now - began < .seconds(20))
        try await server.finish()
    }

    @Test("many tasks share one client, each with its own answer")
    func turns() async throws {
        let count = 20
        let steps = (0..<count).flatMap { _ in [ScriptStep.expect("NOOP\r\n"), .send("250 ok\r\n")] }
        let server = try ScriptedServer.start(script: ClientScript.hello() + steps + ClientScript.quit)
        try await client(server) { smtp in
            try await withThrowingTaskGroup(of: UInt16.self) { group in
                for _ in 0..<count { group.addTask { try await smtp.noop().code.value } }
                for try await code in group { #expect(code == 250) }
            }
        }
        try await server.finish()
    }

    @Test("a task that is cancelled before its turn leaves the connection to the others")
    func cancelledInLine() async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello() + [
                .expect("NOOP\r\n"), .pause(.milliseconds(600)), .send("250 ok\r\n"), .expect("RSET\r\n"),
                .send("250 ok\r\n"),
            ] + ClientScript.quit)
        try await client(server) { smtp in
            let first = Task { try await smtp.noop().code.value }
            try await Task.sleep(for: .milliseconds(200))
            let second = Task { await smtpError { _ = try await smtp.noop() } }
            try await Task.sleep(for: .milliseconds(100))
            second.cancel()
            let error = await second.value
            #expect(error?.kind == .cancelled)
            #expect(error?.connectionIsUsable == true)
            let code = try await first.value
            #expect(code == 250)
            try await smtp.reset()
        }
        try await server.finish()
    }
}
