import Glibc
import IMAP4
import MailTestKit
import MailTransport
import Octets
import POP3
import SASL
import SMTP
import Testing

/// A server that never stops sending is told off by a limit, or waits for its reader: memory does not follow it.
///
/// Memory belongs to the whole process, so each of these has one of its own. `Scripts/soak` lets them flood for a gigabyte.
@Suite(.timeLimit(.minutes(10))) struct FloodTests {
    /// Octets of each flood.
    private static var amount: Int {
        // Holds: the text is the environment's, which nobody changes.
        let text = unsafe getenv("MAILWIRE_SOAK_MIB").map { unsafe String(cString: $0) }
        return (text.flatMap { Int($0) } ?? 64) << 20
    }

    @Test func `lines and replies without an end are refused`() async {
        await #expect(processExitsWith: .success) { try await FloodTests.refuse() }
    }

    @Test func `a message without an end is the reader's to stop`() async {
        await #expect(processExitsWith: .success) { try await FloodTests.stream() }
    }

    // MARK: In the processes

    /// A server for one connection that says `greeting`, waits for a command, and then writes `piece` again and again.
    private static func flood(_ opening: [(said: String, answered: String)], _ piece: [UInt8]) throws -> ScriptedServer
    {
        let many = [UInt8]((0..<max((1 << 20) / piece.count, 1)).flatMap { _ in piece })
        let steps = opening.flatMap { said, answered in
            (said.isEmpty ? [] : [ScriptStep.expect(said)]) + (answered.isEmpty ? [] : [.send(answered)])
        }
        let flood = (0..<max(amount / many.count, 1)).map { _ in ScriptStep.send(many, mayBeCutShort: true) }
        return try ScriptedServer.start(within: .seconds(300), script: steps + flood + [.ignoreRest])
    }

    private static func refuse() async throws {
        let line = [UInt8](repeating: 0x61, count: 1000)
        let floods: [(FullSession, String, [(said: String, answered: String)], [UInt8])] = [
            (.smtp, "a greeting's line", [], line), (.smtp, "a greeting", [], Array("220-hi\r\n".utf8)),
            (.smtp, "an answer", [("", "220 a\r\n"), ("EHLO bar.com\r\n", "")], Array("250-X\r\n".utf8)),
            (.pop3, "a greeting's line", [], line),
            (.pop3, "capabilities", [("", "+OK\r\n"), ("CAPA\r\n", "+OK\r\n")], Array("X-ANY\r\n".utf8)),
            (.imap4, "a greeting's line", [], line),
            (.imap4, "capabilities", [], Array("* OK [CAPABILITY ".utf8) + line),
            (.imap4, "a literal that is kept", [], Array("* OK [X {99999999999999}\r\n".utf8) + line),
        ]
        let way = try FaultyWay()
        let before = Memory.resident
        for (session, what, opening, piece) in floods {
            let server = try flood(opening, piece)
            do {
                // Capabilities beyond a thousand are dropped, as long as the whole answer may take.
                let isDropped = session.name == "POP3" && what == "capabilities"
                let got = try await session.run(
                    .plaintext("127.0.0.1", port: server.port), way.transport, .seconds(isDropped ? 2 : 120))
                Issue.record("\(session.name), \(what): \(got)")
            } catch {
                let kind = FaultyWay.kind(of: error)
                let isDropped = session.name == "POP3" && what == "capabilities"
                #expect(
                    kind != "another error" && (kind == "timedOut") == isDropped, "\(session.name), \(what): \(error)")
            }
            _ = await server.conversations()
        }
        // The server's own megabyte and what the allocator keeps of it is in there too.
        if Memory.isItsOwn { #expect(Memory.resident - before < 24 << 20) }
        await way.expectNothingLeft()
    }

    private static func stream() async throws {
        let way = try FaultyWay()
        let server = try flood(
            [
                ("", "+OK\r\n"), ("CAPA\r\n", "+OK\r\nUSER\r\n.\r\n"), ("USER fred\r\n", "+OK\r\n"),
                ("PASS Xq7-canary\r\n", "+OK\r\n"), ("RETR 1\r\n", "+OK\r\n"),
            ], [UInt8](repeating: 0x61, count: 70) + [13, 10])
        var configuration = POP3Client.Configuration()
        configuration.transport = way.transport
        configuration.session.allowsPasswordInPlaintext = true
        configuration.timeouts.stall = .seconds(120)
        var before = 0
        var read = 0
        var peak = 0
        let amount = amount
        do {
            try await POP3Client.withConnection(
                to: .plaintext("127.0.0.1", port: server.port), configuration: configuration
            ) { pop in
                try await pop.authenticate(.password(user: "fred", Secret(FullSession.password)))
                for try await chunk in try await pop.retrieve(1) {
                    read += chunk.count
                    if before == 0, read > 4 << 20 { before = Memory.resident }
                    peak = max(peak, Memory.resident)
                    // Nearly all of it: the end never comes.
                    if read > amount - (8 << 20) { throw CancellationError() }
                }
            }
            Issue.record("it ended")
        } catch is CancellationError {}
        _ = await server.conversations()
        #expect(read > amount - (8 << 20))
        #expect(
            !Memory.isItsOwn || peak - before < 8 << 20,
            "memory grew by \((peak - before) >> 10) KiB over \(read >> 20) MiB")
    }
}

/// What this process takes.
enum Memory {
    /// Whether freed memory goes back: AddressSanitizer keeps it, to find who still uses it.
    // Holds: nobody changes the environment of a test process.
    static let isItsOwn = unsafe getenv("ASAN_OPTIONS") == nil

    /// Octets of it in memory, of /proc/self/statm.
    static var resident: Int {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var room = [UInt8](repeating: 0, count: 256)
        // Holds: the room is as long as is said.
        let count = unsafe read(descriptor, &room, room.count)
        let words = String(decoding: room.prefix(max(count, 0)), as: UTF8.self).split(separator: " ")
        return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(getpagesize())
    }
}
