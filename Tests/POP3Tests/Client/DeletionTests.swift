import MailTestKit
import MailTransport
import Octets
import SASL
import Testing

@testable import POP3

@Suite(.timeLimit(.minutes(1))) struct DeletionTests {
    private struct BodyFailed: Error, Equatable {}

    private let deleted =
        opening() + [.expect("DELE 1\r\n"), .send("+OK\r\n"), .expect("DELE 2\r\n"), .send("+OK\r\n")]

    private func deleteTwo(_ pop: POP3Client) async throws {
        try await pop.delete(1)
        try await pop.delete(2)
    }

    @Test func `deletions that the server confirmed`() async throws {
        let server = try ScriptedServer.start(script: deleted + goodbye)
        let outcome = try await withClient(of: server) { pop in
            try await deleteTwo(pop)
            return try await pop.quit()
        }
        #expect(outcome == .committed(2))
        try await server.finish()
    }

    @Test(
        arguments: [
            [.expect("QUIT\r\n"), .send("-ERR [SYS/PERM] some deleted messages not removed\r\n"), .close],
            [.expect("QUIT\r\n"), .close],
            [.expect("QUIT\r\n"), .reset], [.expect("QUIT\r\n"), .send("+O"), .close], [.expect("QUIT\r\n"), .stall],
            [.close],
        ] as [[ScriptStep]])
    func `deletions that the server did not confirm`(end: [ScriptStep]) async throws {
        let server = try ScriptedServer.start(script: deleted + end)
        let configuration = POP3Client.Configuration.testing { $0.timeouts.reply = .seconds(2) }
        let error = await #expect(throws: POP3Error.self) { try await withClient(of: server, configuration, deleteTwo) }
        #expect(error?.kind == .deletionsUnconfirmed)
        #expect(error?.deletions == .unconfirmed(2))
        #expect(error?.connectionIsUsable == false)
        #expect(error?.response != nil || error?.underlying is POP3Error)
    }

    @Test func `where nothing was deleted, a server that does not answer QUIT does no harm`() async throws {
        for end in [
            [.expect("QUIT\r\n"), .close], [.expect("QUIT\r\n"), .stall],
            [.expect("QUIT\r\n"), .send("-ERR\r\n"), .close],
        ] as [[ScriptStep]] {
            let server = try ScriptedServer.start(script: opening() + end)
            let configuration = POP3Client.Configuration.testing { $0.transport.closeTimeout = .milliseconds(200) }
            #expect(try await withClient(of: server, configuration) { _ in 7 } == 7)
        }
    }

    @Test func `a body that throws deletes nothing, and its error comes out untouched`() async throws {
        let server = try ScriptedServer.start(script: deleted + [.expect("RSET\r\n"), .send("+OK\r\n")] + goodbye)
        await #expect(throws: BodyFailed()) {
            try await withClient(of: server) { pop in
                try await deleteTwo(pop)
                throw BodyFailed()
            }
        }
        try await server.finish()
    }

    @Test func `where the marks cannot be taken back, QUIT is not sent`() async throws {
        let server = try ScriptedServer.start(script: deleted + [.expect("RSET\r\n"), .send("-ERR no\r\n")])
        await #expect(throws: BodyFailed()) {
            try await withClient(of: server) { pop in
                try await deleteTwo(pop)
                throw BodyFailed()
            }
        }
        try await server.finish()
    }

    @Test func `a body that throws in the middle of a message just closes`() async throws {
        let server = try ScriptedServer.start(
            script: deleted + [.expect("RETR 3\r\n"), .send("+OK\r\nhalf"), .ignoreRest])
        await #expect(throws: BodyFailed()) {
            try await withClient(of: server) { pop in
                try await deleteTwo(pop)
                for try await _ in try await pop.retrieve(3) { throw BodyFailed() }
            }
        }
        let sent = String(decoding: try await server.finish()[0].plaintext, as: UTF8.self)
        #expect(!sent.contains("QUIT"))
    }

    @Test func `an error in mid-session tells of deletions`() async throws {
        let server = try ScriptedServer.start(script: deleted + [.expect("NOOP\r\n"), .reset])
        let error = await #expect(throws: POP3Error.self) {
            try await withClient(of: server) { pop in
                try await deleteTwo(pop)
                try await pop.noop()
            }
        }
        #expect(error?.deletions == .unconfirmed(2))
        #expect(error?.command == "NOOP" || error?.command == nil)
    }

    @Test func `a message that was left early is read past before QUIT`() async throws {
        let server = try ScriptedServer.start(
            script: opening() + [
                .expect("DELE 1\r\n"), .send("+OK\r\n"), .expect("RETR 2\r\n"),
                .send("+OK\r\n" + String(repeating: "x\r\n", count: 100_000)),
                .pause(.milliseconds(100)), .send(".\r\n"),
            ] + goodbye)
        let outcome = try await withClient(of: server) { pop in
            try await pop.delete(1)
            for try await _ in try await pop.retrieve(2) { break }
            return try await pop.quit()
        }
        #expect(outcome == .committed(1))
        try await server.finish()
    }
}
