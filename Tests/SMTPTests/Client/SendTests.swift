import MailTestKit
import MailTransport
import Octets
import RFC5322
import Testing

@testable import SMTP

@Suite("Sending over sockets", .timeLimit(.minutes(2)))
struct SendTests {
    private func client<Value>(
        _ server: ScriptedServer, limit: Duration = .seconds(10), _ body: (SMTPClient) async throws -> Value
    ) async throws -> Value {
        let configuration = try ClientScript.configuration(limit: limit)
        return try await SMTPClient.withConnection(
            to: .plaintext("127.0.0.1", port: server.port), configuration: configuration, body)
    }

    private var envelope: SMTPEnvelope {
        get throws { SMTPEnvelope(from: try ReversePath("a@bar.com"), to: [try ForwardPath("b@foo.com")]) }
    }

    @Test(
        "after the end was sent, nothing but an answer makes it certain",
        arguments: [
            [ScriptStep.close], [.reset], [.send("250-half\r\n"), .close], [.send("25"), .reset], [.stall],
            [.send("garbage\r\n")],
        ])
    func unknown(ending: [ScriptStep]) async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("PIPELINING") + ClientScript.envelope("b@foo.com") + [.expect("x\r\n.\r\n")]
                + ending)
        let error = await smtpError {
            try await client(server, limit: .milliseconds(500)) { smtp in
                _ = try await smtp.send(Array("x".utf8), from: "a@bar.com", to: ["b@foo.com"])
            }
        }
        #expect(error?.acceptance == .unknown)
        #expect(error?.recipients.map(\.isAccepted) == [true])
        #expect(error?.connectionIsUsable == false)
        #expect(error?.mayRetry == false)
        _ = await server.conversations()
    }

    @Test(
        "before the end was sent, it was not",
        arguments: [[ScriptStep.close], [.reset], [.stall], [.send("354 x\r\n")]])
    func notSent(ending: [ScriptStep]) async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello() + [.expect("MAIL FROM:<a@bar.com>\r\n")] + ending)
        let error = await smtpError {
            try await client(server, limit: .milliseconds(500)) { smtp in
                _ = try await smtp.send(Array("x".utf8), from: "a@bar.com", to: ["b@foo.com"])
            }
        }
        #expect(error?.acceptance == .notSent)
        #expect(error?.command == "MAIL")
        _ = await server.conversations()
    }

    @Test("a refused sender is what is told, though the server then breaks the connection off")
    func brokenBehindRefusal() async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("PIPELINING") + [
                .expect("MAIL FROM:<a@bar.com>\r\nRCPT TO:<b@foo.com>\r\nDATA\r\n"), .send("550 5.7.1 blocked\r\n"),
                .reset,
            ])
        let error = await smtpError {
            try await client(server) { smtp in _ = try await smtp.send([0x78], from: "a@bar.com", to: ["b@foo.com"]) }
        }
        #expect(error?.kind == .refused)
        #expect(error?.reply?.enhancedCode?.description == "5.7.1")
        #expect(error?.acceptance == .refusedForGood)
        #expect(error?.connectionIsUsable == false)
        _ = await server.conversations()
    }

    @Test("what cannot be sent is refused before an octet, and the connection goes on")
    func unsendable() async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("SIZE 20") + [.expect("NOOP\r\n"), .send("250 ok\r\n")] + ClientScript.quit)
        try await client(server) { smtp in
            for (message, from, to, kind) in [
                ("x", "a@bar.com\r\nRSET", "b@foo.com", SMTPError.Kind.invalidArgument),
                ("x", "a@bar.com", "b@foo.com>\r\nDATA", .invalidArgument),
                ("x", "", "b@foo.com", .invalidArgument), ("x", "a@bar.com", "", .invalidArgument),
                ("x", "a@bar.com", "b", .invalidArgument),
                (String(repeating: "x", count: 19), "a@bar.com", "b@foo.com", .messageTooLarge),
                (String(repeating: "x", count: 999), "a@bar.com", "b@foo.com", .invalidContent),
                ("a: b\n\n\u{E9}", "a@bar.com", "b@foo.com", .extensionNotOffered),
                ("a: \u{E9}", "a@bar.com", "b@foo.com", .extensionNotOffered),
                ("x", "\u{E9}@bar.com", "b@foo.com", .extensionNotOffered),
            ] {
                let error = await smtpError { _ = try await smtp.send(Array(message.utf8), from: from, to: [to]) }
                #expect(error?.kind == kind, "\(message) \(from) \(to)")
                #expect(error?.acceptance == .notSent)
                #expect(error?.connectionIsUsable == true)
            }
            try await smtp.noop()
        }
        try await server.finish()
    }

    @Test("a stream: pieces of any size, dots and line ends made good across them")
    func stream() async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("PIPELINING", "8BITMIME") + [
                .expect("MAIL FROM:<a@bar.com> BODY=8BITMIME\r\nRCPT TO:<b@foo.com>\r\nDATA\r\n"),
                .send("250 ok\r\n250 ok\r\n354 go\r\n"), .expect("a: b\r\n\r\n..\r\n..\r\n.\r\n"), .send("250 ok\r\n"),
            ] + ClientScript.quit)
        try await client(server) { smtp in
            let chunks = AsyncStream<[UInt8]> { continuation in
                for piece in ["a: b\r", "\n\r\n", ".", "", "\n.", "\r"] { continuation.yield(Array(piece.utf8)) }
                continuation.finish()
            }
            let delivery = try await smtp.send(chunks, envelope: envelope)
            #expect(delivery.acceptedRecipients.count == 1)
        }
        try await server.finish()
    }

    @Test("a stream that throws cuts the message off: no dot goes out, and its error comes untouched")
    func streamThrows() async throws {
        struct Mine: Error {}
        let server = try ScriptedServer.start(
            script: ClientScript.hello("PIPELINING") + ClientScript.envelope("b@foo.com") + [
                .expect("half"), .ignoreRest,
            ])
        await #expect(throws: Mine.self) {
            try await client(server) { smtp in
                let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                    continuation.yield(Array("half".utf8))
                    continuation.finish(throwing: Mine())
                }
                _ = try await smtp.send(chunks, envelope: envelope)
            }
        }
        let sent = await server.conversations()[0].plaintext
        #expect(String(decoding: sent, as: UTF8.self).hasSuffix("DATA\r\nhalf"))
    }

    @Test("a large message streams with as much memory as one piece, and a slow reader holds the stream up")
    func backPressure() async throws {
        let line = Array((String(repeating: "x", count: 62) + "\r\n").utf8)
        let piece = Array(repeatElement(line, count: 1024).joined())
        let pieces = 256
        let expected = Array(repeating: ScriptStep.expect(piece), count: pieces)
        let server = try ScriptedServer.start(
            within: .seconds(60),
            script: ClientScript.hello("PIPELINING") + ClientScript.envelope("b@foo.com") + [
                .pause(.milliseconds(1500))
            ] + expected + [.expect(".\r\n"), .send("250 ok\r\n")] + ClientScript.quit)
        try await client(server, limit: .seconds(60)) { smtp in
            let counter = PieceCounter(piece: piece, count: pieces)
            let watch = Task {
                try await Task.sleep(for: .milliseconds(1000))
                return await counter.given
            }
            let delivery = try await smtp.send(
                counter, describedBy: ContentDescription(body: .sevenBit), envelope: envelope)
            #expect(delivery.reply.code.value == 250)
            // The kernel's buffers take a few megabytes; 16 MiB would not have been asked for while nobody reads.
            let given = try await watch.value
            #expect(given < pieces)
        }
        try await server.finish()
    }

    @Test("a draft goes to everybody it names, and Bcc is not in it")
    func draft() async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("PIPELINING") + [
                .expect("MAIL FROM:<a@bar.com>\r\nRCPT TO:<b@foo.com>\r\nRCPT TO:<c@foo.com>\r\nDATA\r\n"),
                .send("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
                .expect("From:"), .ignoreRest,
            ])
        let task = Task { () async -> SMTPError? in
            await smtpError {
                try await client(server, limit: .milliseconds(500)) { smtp in
                    var draft = MessageDraft(
                        from: try MailboxAddress("a@bar.com"), to: [try MailboxAddress("b@foo.com")], subject: "x",
                        text: "y")
                    draft.bcc = [.mailbox(try MailboxAddress("c@foo.com"))]
                    _ = try await smtp.send(draft)
                }
            }
        }
        #expect(await task.value?.acceptance == .unknown)
        let sent = await server.conversations()[0].plaintext
        let text = String(decoding: sent, as: UTF8.self)
        #expect(text.contains("Subject: x\r\n"))
        #expect(!text.lowercased().contains("bcc"))
        #expect(text.hasSuffix("y\r\n.\r\n"))
    }

    @Test("a message goes to everybody its header names, its Bcc field left out")
    func message() async throws {
        let server = try ScriptedServer.start(
            script: ClientScript.hello("PIPELINING") + ClientScript.envelope("b@foo.com", "c@foo.com") + [
                .expect("From: a@bar.com\r\nTo: b@foo.com\r\n\r\nx\r\n.\r\n"), .send("250 ok\r\n"),
            ] + ClientScript.quit)
        try await client(server) { smtp in
            let message = Message(
                parsing: Array("From: a@bar.com\r\nBcc: c@foo.com\r\nTo: b@foo.com\r\n\r\nx\r\n".utf8))
            let delivery = try await smtp.send(message)
            #expect(delivery.recipients.count == 2)
            let error = await smtpError { _ = try await smtp.send(Message(parsing: Array("Subject: x\r\n\r\n".utf8))) }
            #expect(error?.kind == .invalidArgument)
            #expect(error?.underlying is RFC5322Error)
        }
        try await server.finish()
    }
}

/// Gives the same piece again and again, and knows how often.
actor PieceCounter: AsyncSequence {
    private let piece: [UInt8]
    private let count: Int
    private(set) var given = 0

    init(piece: [UInt8], count: Int) {
        self.piece = piece
        self.count = count
    }

    fileprivate func next() -> [UInt8]? {
        guard given < count else { return nil }
        given += 1
        return piece
    }

    struct Iterator: AsyncIteratorProtocol {
        let counter: PieceCounter
        func next() async -> [UInt8]? { await counter.next() }
    }

    nonisolated func makeAsyncIterator() -> Iterator { Iterator(counter: self) }
}
