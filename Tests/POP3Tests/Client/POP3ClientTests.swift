import MailTestKit
import MailTransport
import Octets
import SASL
import Testing

@testable import POP3

@Suite(.timeLimit(.minutes(1))) struct POP3ClientTests {
    @Test func `a whole session`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("STAT\r\n"), .send("+OK 2 320\r\n"), .expect("LIST\r\n"),
                .send("+OK\r\n1 120\r\n2 200\r\n.\r\n"),
                .expect("UIDL\r\n"), .send("+OK\r\n1 a\r\n2 b\r\n.\r\n"), .expect("LIST 2\r\n"), .send("+OK 2 200\r\n"),
                .expect("UIDL 2\r\n"), .send("+OK 2 b\r\n"), .expect("TOP 1 0\r\n"),
                .send("+OK\r\nSubject: x\r\n\r\n.\r\n"),
                .expect("RETR 1\r\n"), .send("+OK\r\nSubject: x\r\n\r\n..\r\n.\r\n"), .expect("DELE 1\r\n"),
                .send("+OK gone\r\n"),
                .expect("NOOP\r\n"), .send("+OK\r\n"),
            ] + goodbye)
        let message = try await withClient(of: server) { pop in
            #expect(await pop.greeting?.text == Array("ready".utf8))
            #expect(await pop.capabilities?.offers(.user) == true)
            #expect(await pop.isAuthenticated)
            #expect(await pop.tlsInformation == nil)
            #expect(try await pop.statistics() == DropListing(messageCount: 2, size: 320))
            #expect(try await pop.list().map(\.size) == [120, 200])
            #expect(try await pop.uniqueIdentifiers().map(\.uniqueID.description) == ["a", "b"])
            #expect(try await pop.list(2).size == 200)
            #expect(try await pop.uniqueIdentifier(of: 2).description == "b")
            #expect(try await pop.top(1).collect() == Array("Subject: x\r\n\r\n".utf8))
            let message = try await pop.retrieve(1).collect()
            #expect(try await pop.delete(1).text == Array("gone".utf8))
            try await pop.noop()
            return message
        }
        #expect(message == Array("Subject: x\r\n\r\n.\r\n".utf8))
        try await server.finish()
    }

    @Test func `TLS from the first octet, and AUTH PLAIN`() async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(
            tls: try authority.issue(),
            script: [
                .send("+OK ready\r\n"), .expect("CAPA\r\n"), .send("+OK\r\nSASL PLAIN\r\n.\r\n"),
                .expect("AUTH PLAIN AGZyZWQAaHVudGVyMg==\r\n"), .send("+OK\r\n"),
            ] + goodbye)
        let configuration = POP3Client.Configuration.testing { $0.transport.tls.roots = .file(authority.path) }
        try await POP3Client.withConnection(to: .tls("localhost", port: server.port), configuration: configuration) {
            pop in
            #expect(await pop.tlsInformation != nil)
            try await pop.authenticate(.fred)
        }
        #expect(try await server.finish()[0].plaintext == [])
    }

    @Test func `STLS, with capabilities asked for again`() async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(
            script: [
                .send("+OK ready\r\n"), .expect("CAPA\r\n"), .send("+OK\r\nSTLS\r\nSASL LOGIN\r\n.\r\n"),
                .expect("STLS\r\n"), .send("+OK\r\n"),
                .startTLS(try authority.issue()), .expect("CAPA\r\n"), .send("+OK\r\nSASL PLAIN\r\n.\r\n"),
                .expect("AUTH PLAIN AGZyZWQAaHVudGVyMg==\r\n"), .send("+OK\r\n"),
            ] + goodbye)
        let configuration = POP3Client.Configuration.testing { $0.transport.tls.roots = .file(authority.path) }
        try await POP3Client.withConnection(to: .startTLS("localhost", port: server.port), configuration: configuration)
        { pop in
            try await pop.authenticate(.fred)
        }
        #expect(try await server.finish()[0].plaintext == Array("CAPA\r\nSTLS\r\n".utf8))
    }

    @Test(arguments: [
        ("+OK\r\n+OK\r\n", ""), ("+OK\r\n", "+OK\r\n"), ("+OK\r\n+", ""),
        ("+OK\r\n" + String(repeating: "x", count: 65536), ""),
    ])
    func `octets in plaintext behind the consent to STLS end it, and nothing is sent behind`(
        at once: String, later: String
    ) async throws {
        var script: [ScriptStep] = [
            .send("+OK\r\n"), .expect("CAPA\r\n"), .send("+OK\r\nSTLS\r\n.\r\n"), .expect("STLS\r\n"),
            .send(once, mayBeCutShort: true),
        ]
        if !later.isEmpty { script += [.send(later, mayBeCutShort: true)] }
        let server = try ScriptedServer.start(script: script + [.ignoreRest])
        let error = await #expect(throws: POP3Error.self) {
            try await POP3Client.withConnection(
                to: .startTLS("localhost", port: server.port), configuration: .testing()
            ) { _ in }
        }
        // Octets that come separately may only meet the handshake, in which they are no TLS.
        #expect(error?.kind == .plaintextAfterStartTLS || !later.isEmpty && error?.kind == .transport)
        let plaintext = await server.conversations()[0].plaintext
        let sent = String(decoding: plaintext, as: UTF8.self)
        #expect(sent.hasPrefix("CAPA\r\nSTLS\r\n"))
        #expect(!sent.contains("fred") && !sent.contains("USER") && !sent.contains("AUTH"))
    }

    @Test func `a server that does not offer STLS gets neither name nor password`() async throws {
        let server = try ScriptedServer.start(
            script: [.send("+OK\r\n"), .expect("CAPA\r\n"), .send("+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n")] + goodbye)
        let error = await #expect(throws: POP3Error.self) {
            try await POP3Client.withConnection(
                to: .startTLS("localhost", port: server.port), configuration: .testing()
            ) { pop in
                try await pop.authenticate(.fred)
            }
        }
        #expect(error?.kind == .tlsNotOffered)
        try await server.finish()
    }

    @Test func `a server that knows no CAPA and refuses STLS gets neither name nor password`() async throws {
        let server = try ScriptedServer.start(
            script: [
                .send("+OK\r\n"), .expect("CAPA\r\n"), .send("-ERR\r\n"), .expect("STLS\r\n"), .send("-ERR no\r\n"),
            ] + goodbye)
        let error = await #expect(throws: POP3Error.self) {
            try await POP3Client.withConnection(
                to: .startTLS("localhost", port: server.port), configuration: .testing()
            ) { _ in }
        }
        #expect(error?.kind == .refused)
        #expect(error?.command == "STLS")
        try await server.finish()
    }

    @Test func `a password does not go over plaintext by itself`() async throws {
        let server = try ScriptedServer.start(
            script: [.send("+OK\r\n"), .expect("CAPA\r\n"), .send("+OK\r\nSASL PLAIN\r\nUSER\r\n.\r\n")] + goodbye)
        let configuration = POP3Client.Configuration.testing { $0.session.allowsPasswordInPlaintext = false }
        let error = await #expect(throws: POP3Error.self) { try await withClient(of: server, configuration) { _ in } }
        #expect(error?.kind == .authentication)
        #expect(error?.sasl?.kind == .needsTLS)
        try await server.finish()
    }

    @Test func `a wrong password is told in the server's words, and another may follow`() async throws {
        let server = try ScriptedServer.start(
            script: [
                .send("+OK\r\n"), .expect("CAPA\r\n"), .send("-ERR\r\n"), .expect("USER fred\r\n"), .send("+OK\r\n"),
                .expect("PASS wrong\r\n"),
                .send("-ERR [AUTH] no\r\n"), .expect("USER fred\r\n"), .send("+OK\r\n"), .expect("PASS hunter2\r\n"),
                .send("+OK\r\n"),
            ] + goodbye)
        try await POP3Client.withConnection(to: .plaintext("127.0.0.1", port: server.port), configuration: .testing()) {
            pop in
            let error = await #expect(throws: POP3Error.self) {
                try await pop.authenticate(.password(user: "fred", Secret("wrong")))
            }
            #expect(error?.kind == .refused)
            #expect(error?.responseCode == .auth)
            #expect(error?.mayRetry == false)
            #expect(error?.connectionIsUsable == true)
            try await pop.authenticate(.fred)
        }
        try await server.finish()
    }

    @Test(arguments: [
        ("-ERR busy\r\n", POP3Error.Kind.refused), ("garbage\r\n", .malformedResponse), ("\r\n", .malformedResponse),
        ("+ x\r\n", .unexpectedResponse),
        (String(repeating: "x", count: 70_000), .limitExceeded),
    ])
    func `a greeting that is none ends it before anything is said`(greeting: String, kind: POP3Error.Kind) async throws
    {
        let server = try ScriptedServer.start(script: [.send(greeting, mayBeCutShort: true), .ignoreRest])
        let error = await #expect(throws: POP3Error.self) { try await withClient(of: server) { _ in } }
        #expect(error?.kind == kind)
        #expect(await server.conversations()[0].plaintext == [])
    }

    @Test func `a server that closes at once`() async throws {
        let server = try ScriptedServer.start(script: [.close])
        let error = await #expect(throws: POP3Error.self) { try await withClient(of: server) { _ in } }
        #expect(error?.kind == .connectionClosed)
    }

    @Test func `a refused port`() async throws {
        let server = try ScriptedServer.start(script: [.close])
        let error = await #expect(throws: POP3Error.self) { try await withClient(of: server) { _ in } }
        _ = await server.conversations()
        #expect(error != nil)
        let again = await #expect(throws: POP3Error.self) { try await withClient(of: server) { _ in } }
        #expect(again?.transport?.kind == .connectionRefused)
        #expect(again?.mayRetry == true)
    }

    // MARK: Time

    @Test func `an answer that trickles does not renew its deadline`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("STAT\r\n"),
                .sendSlowly(String(repeating: "x", count: 3000), pause: .milliseconds(20), mayBeCutShort: true),
            ])
        let configuration = POP3Client.Configuration.testing { $0.timeouts.reply = .seconds(2) }
        let clock = ContinuousClock()
        let began = clock.now
        let error = await #expect(throws: POP3Error.self) {
            try await withClient(of: server, configuration) { try await $0.statistics() }
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.command == "STAT")
        #expect(clock.now - began < .seconds(30))
    }

    @Test func `a server that never greets`() async throws {
        let server = try ScriptedServer.start(script: [.stall])
        let configuration = POP3Client.Configuration.testing { $0.timeouts.reply = .milliseconds(200) }
        let error = await #expect(throws: POP3Error.self) { try await withClient(of: server, configuration) { _ in } }
        #expect(error?.kind == .timedOut)
    }

    @Test func `cancelling returns at once`() async throws {
        let server = try ScriptedServer.start(script: opening() + [.expect("STAT\r\n"), .stall])
        let clock = ContinuousClock()
        let task = Task { try await withClient(of: server) { try await $0.statistics() } }
        try await Task.sleep(for: .milliseconds(300))
        let began = clock.now
        task.cancel()
        let result = await task.result
        #expect(clock.now - began < .seconds(20))
        let error = #expect(throws: POP3Error.self) { try result.get() }
        #expect(error?.kind == .cancelled)
    }

    @Test func `a goodbye that nobody asked for is told with the next command`() async throws {
        let server = try ScriptedServer.start(script: opening() + [.send("-ERR idle for too long\r\n"), .close])
        let error = await #expect(throws: POP3Error.self) {
            try await withClient(of: server) { pop in
                try await Task.sleep(for: .milliseconds(200))
                try await pop.noop()
            }
        }
        #expect(error?.kind == .serverClosing)
        #expect(error?.response?.humanReadableText == "idle for too long")
    }

    // MARK: Many tasks

    @Test func `the commands of many tasks take turns, and each gets its own answer`() async throws {
        let count = 50
        let script = (1...count).flatMap { _ in [ScriptStep.expect("STAT\r\n"), .send("+OK 1 2\r\n")] }
        let server = try ScriptedServer.start(script: opening() + script + goodbye)
        try await withClient(of: server) { pop in
            try await withThrowingTaskGroup(of: DropListing.self) { group in
                for _ in 0..<count { group.addTask { try await pop.statistics() } }
                for try await listing in group { #expect(listing == DropListing(messageCount: 1, size: 2)) }
            }
        }
        try await server.finish()
    }

    @Test func `leaving behind a client that is over harms nobody`() async throws {
        let server = try ScriptedServer.start(script: opening() + goodbye)
        let client = try await withClient(of: server) { $0 }
        let error = await #expect(throws: POP3Error.self) { try await client.noop() }
        #expect(error?.connectionIsUsable == false)
        #expect(try await client.quit() == .none)
        try await server.finish()
    }
}
