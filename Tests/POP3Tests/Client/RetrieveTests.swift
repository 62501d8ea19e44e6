import MailTestKit
import MailTransport
import Octets
import SASL
import Testing

@testable import POP3

@Suite(.timeLimit(.minutes(1))) struct RetrieveTests {
    private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    @Test func `a message arrives in pieces`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"),
                .sendSlowly("+OK\r\n..one\r\ntwo\r\n.\r\n", octetsAtOnce: 3, pause: .milliseconds(2)),
            ] + goodbye)
        try await withClient(of: server) { pop in
            var content: [UInt8] = []
            for try await piece in try await pop.retrieve(1) {
                #expect(!piece.isEmpty)
                content += piece
            }
            #expect(text(content) == ".one\r\ntwo\r\n")
        }
        try await server.finish()
    }

    @Test func `a message that is not there is refused`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 9\r\n"), .send("-ERR no such message\r\n"), .expect("NOOP\r\n"), .send("+OK\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            let error = await #expect(throws: POP3Error.self) { try await pop.retrieve(9) }
            #expect(error?.kind == .refused)
            #expect(error?.command == "RETR")
            try await pop.noop()
        }
        try await server.finish()
    }

    @Test(arguments: [[.close], [.reset]] as [[ScriptStep]])
    func `a message that is cut short is never whole`(end: [ScriptStep]) async throws {
        let server = try ScriptedServer.start(
            script: opening() + [.expect("RETR 1\r\n"), .send("+OK\r\nhalf\r\n"), .pause(.milliseconds(50))] + end)
        let error = await #expect(throws: POP3Error.self) {
            try await withClient(of: server) { try await $0.retrieve(1).collect() }
        }
        #expect(error?.kind == .truncated)
        #expect(error?.command == "RETR")
    }

    @Test func `a TLS stream that ends in a message is truncated`() async throws {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(
            tls: try authority.issue(), script: opening() + [.expect("RETR 1\r\n"), .send("+OK\r\nhalf\r\n"), .close])
        let configuration = POP3Client.Configuration.testing { $0.transport.tls.roots = .file(authority.path) }
        let error = await #expect(throws: POP3Error.self) {
            try await POP3Client.withConnection(to: .tls("localhost", port: server.port), configuration: configuration)
            { pop in
                try await pop.authenticate(.fred)
                return try await pop.retrieve(1).collect()
            }
        }
        #expect(error?.kind == .truncated)
    }

    @Test func `silence in a message ends at the stall deadline`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [.expect("RETR 1\r\n"), .send("+OK\r\nhalf\r\n"), .stall])
        let configuration = POP3Client.Configuration.testing { $0.timeouts.stall = .milliseconds(200) }
        let error = await #expect(throws: POP3Error.self) {
            try await withClient(of: server, configuration) { try await $0.retrieve(1).collect() }
        }
        #expect(error?.kind == .timedOut)
    }

    @Test func `a slow message takes longer than an answer may, as long as it moves`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\n"),
                .sendSlowly(String(repeating: "x", count: 120) + "\r\n.\r\n", pause: .milliseconds(20)),
            ] + goodbye)
        let configuration = POP3Client.Configuration.testing { $0.timeouts.reply = .seconds(2) }
        #expect(try await withClient(of: server, configuration) { try await $0.retrieve(1).collect().count } == 122)
        try await server.finish()
    }

    // MARK: Leaving early

    @Test func `what is left of a message that nobody reads on is read past`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\n" + String(repeating: "x\r\n", count: 300_000) + ".\r\n"),
                .expect("NOOP\r\n"), .send("+OK\r\n"),
                .expect("RETR 2\r\n"), .send("+OK\r\n.\r\n"), .expect("NOOP\r\n"), .send("+OK\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            let message = try await pop.retrieve(1)
            for try await _ in message { break }
            try await pop.noop()
            let error = await #expect(throws: POP3Error.self) { for try await _ in message {} }
            #expect(error?.kind == .stateViolation)
            // A message that nobody even began to read.
            _ = try await pop.retrieve(2)
            try await pop.noop()
        }
        try await server.finish()
    }

    @Test(arguments: [(999, true), (1000, true), (1001, false)])
    func `so much is read past, and no more`(rest: Int, isUsable: Bool) async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\n"), .pause(.seconds(1)),
                .send(String(repeating: "x", count: rest - 2) + "\r\n.\r\n", mayBeCutShort: true),
            ] + (isUsable ? [.expect("NOOP\r\n"), .send("+OK\r\n")] + goodbye : []))
        let configuration = POP3Client.Configuration.testing { $0.session.limits.drainedLength = 1000 }
        func leave(_ pop: POP3Client) async throws {
            _ = try await pop.retrieve(1)
            try await pop.noop()
        }
        if isUsable {
            try await withClient(of: server, configuration, leave)
        } else {
            let error = await #expect(throws: POP3Error.self) { try await withClient(of: server, configuration, leave) }
            #expect(error?.kind == .limitExceeded)
        }
        try await server.finish()
    }

    @Test(arguments: [(99, true), (100, true), (101, false)])
    func `collecting has a limit`(length: Int, fits: Bool) async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\n" + String(repeating: "x", count: length - 2) + "\r\n.\r\n"),
                .expect("NOOP\r\n"), .send("+OK\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            let message = try await pop.retrieve(1)
            if fits {
                #expect(try await message.collect(upTo: 100).count == length)
            } else {
                let error = await #expect(throws: POP3Error.self) { try await message.collect(upTo: 100) }
                #expect(error?.kind == .limitExceeded)
                #expect(error?.connectionIsUsable == true)
            }
            try await pop.noop()
        }
        try await server.finish()
    }

    @Test func `a command in the middle of a message waits, and the message is kept`() async throws {
        let large = String(repeating: "0123456789\r\n", count: 50_000)
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\n\(large).\r\n"), .expect("NOOP\r\n"), .send("+OK\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            var content: [UInt8] = []
            for try await piece in try await pop.retrieve(1) {
                if content.isEmpty { try await pop.noop() }
                content += piece
            }
            #expect(text(content) == large)
        }
        try await server.finish()
    }

    @Test func `what is kept of a message meanwhile has a limit`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\n" + String(repeating: "x", count: 100_000), mayBeCutShort: true),
                .ignoreRest,
            ])
        let configuration = POP3Client.Configuration.testing { $0.session.limits.contentLength = 50_000 }
        let error = await #expect(throws: POP3Error.self) {
            try await withClient(of: server, configuration) { pop in
                let message = try await pop.retrieve(1)
                try await pop.noop()
                for try await _ in message {}
            }
        }
        #expect(error?.kind == .limitExceeded)
    }

    @Test func `a slow reader stops the server`() async throws {
        let server = try ScriptedServer.start(
            within: .seconds(20),
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\n" + String(repeating: "0123456\r\n", count: 3_000_000) + ".\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            var count = 0
            for try await piece in try await pop.retrieve(1) {
                if count == 0 {
                    try await Task.sleep(for: .milliseconds(300))
                    #expect(await pop.keptOctets < 1 << 20)
                }
                count += piece.count
            }
            #expect(count == 27_000_000)
        }
        try await server.finish()
    }

    @Test func `a command that gives up waiting for a message leaves the connection as it is`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("RETR 1\r\n"), .send("+OK\r\none\r\n"), .pause(.seconds(4)), .send("two\r\n.\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            let message = try await pop.retrieve(1)
            let waiting = Task { try await pop.noop() }
            try await Task.sleep(for: .milliseconds(100))
            waiting.cancel()
            let error = await #expect(throws: POP3Error.self) { try await waiting.value }
            #expect(error?.kind == .cancelled)
            #expect(error?.connectionIsUsable == true)
            #expect(text(try await message.collect()) == "one\r\ntwo\r\n")
        }
        try await server.finish()
    }

    // MARK: Many messages

    static let three = [(1, 5), (2, 5), (3, 5)].map { ScanListing(number: POP3MessageNumber($0.0), size: $0.1) }

    @Test func `messages are asked for together where the server takes it`() async throws {
        let server = try ScriptedServer.start(
            script: opening("PIPELINING") + [
                .expect("RETR 1\r\nRETR 2\r\nRETR 3\r\n"), .send("+OK\r\none\r\n.\r\n+OK\r\ntwo\r\n.\r\n-ERR gone\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            var texts: [String] = []
            for try await message in pop.retrieve(Self.three) {
                do throws(POP3Error) {
                    texts.append("\(message.number) \(text(try await message.collect()))")
                } catch {
                    texts.append("\(message.number) \(error.kind)")
                }
            }
            #expect(texts == ["1 one\r\n", "2 two\r\n", "3 refused"])
        }
        try await server.finish()
    }

    @Test func `messages are asked for one by one where it does not`() async throws {
        let script = (1...3).flatMap { number in
            [
                ScriptStep.expect("RETR \(number)\r\n"), .expectSilence(for: .milliseconds(50)),
                .send("+OK\r\n\(number)\r\n.\r\n"), .expect("DELE \(number)\r\n"), .send("+OK\r\n"),
            ]
        }
        let server = try ScriptedServer.start(script: opening() + script + goodbye)
        try await withClient(of: server) { pop in
            for try await message in pop.retrieve(Self.three) {
                #expect(text(try await message.collect()) == "\(message.number)\r\n")
                try await pop.delete(message.number)
            }
        }
        try await server.finish()
    }

    @Test func `deleting while messages are asked for in advance`() async throws {
        let server = try ScriptedServer.start(
            script: opening("PIPELINING") + [
                .expect("RETR 1\r\nRETR 2\r\nRETR 3\r\n"), .send("+OK\r\none\r\n.\r\n"), .expect("DELE 1\r\n"),
                .send("+OK\r\ntwo\r\n.\r\n+OK\r\nthree\r\n.\r\n+OK\r\n"), .expect("DELE 2\r\n"), .send("+OK\r\n"),
                .expect("DELE 3\r\n"),
                .send("+OK\r\n"),
            ] + goodbye)
        let texts = try await withClient(of: server) { pop in
            var texts: [String] = []
            for try await message in pop.retrieve(Self.three) {
                texts.append(text(try await message.collect()))
                try await pop.delete(message.number)
            }
            return texts
        }
        #expect(texts == ["one\r\n", "two\r\n", "three\r\n"])
        try await server.finish()
    }

    @Test func `large messages are not asked for in advance, and never too many`() async throws {
        var listings = [
            ScanListing(number: 1, size: 10), ScanListing(number: 2, size: 1 << 20), ScanListing(number: 3, size: 10),
        ]
        listings += (4...20).map { ScanListing(number: POP3MessageNumber($0), size: .max) }
        let answer = "+OK\r\nx\r\n.\r\n"
        var script: [ScriptStep] = [
            .expect("RETR 1\r\nRETR 2\r\n"), .expectSilence(for: .milliseconds(50)), .send(answer + answer),
            .expect("RETR 3\r\n"), .send(answer),
        ]
        for number in 4...20 { script += [.expect("RETR \(number)\r\n"), .send(answer)] }
        let server = try ScriptedServer.start(script: opening("PIPELINING") + script + goodbye)
        try await withClient(of: server) { pop in
            var count = 0
            for try await message in pop.retrieve(listings) {
                #expect(try await message.collect().count == 3)
                count += 1
            }
            #expect(count == 20)
        }
        try await server.finish()
    }

    @Test func `messages that nobody reads are read past`() async throws {
        let server = try ScriptedServer.start(
            script: opening("PIPELINING") + [
                .expect("RETR 1\r\nRETR 2\r\nRETR 3\r\n"),
                .send("+OK\r\none\r\n.\r\n+OK\r\ntwo\r\n.\r\n+OK\r\nthree\r\n.\r\n"), .expect("NOOP\r\n"),
                .send("+OK\r\n"),
            ] + goodbye)
        try await withClient(of: server) { pop in
            for try await _ in pop.retrieve(Self.three) { break }
            try await pop.noop()
        }
        try await server.finish()
    }

    @Test func `no messages`() async throws {
        let server = try ScriptedServer.start(script: opening() + goodbye)
        try await withClient(of: server) { pop in
            for try await _ in pop.retrieve([]) { #expect(Bool(false)) }
        }
        try await server.finish()
    }
}

extension POP3Client {
    /// How many octets of messages wait to be read.
    fileprivate var keptOctets: Int { streams.values.reduce(0) { $0 + $1.content.queue.bufferedCost } }
}
