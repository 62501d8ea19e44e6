import Octets
import SASL
import Testing

@testable import POP3

@Suite struct SessionTableTests {
    static let commands: [POP3Command] = [
        .capabilities, .startTLS, .authenticate(.password(user: "fred", Secret("hunter2"))), .statistics, .list(nil),
        .list(1), .uniqueIDs(nil),
        .uniqueIDs(1), .retrieve(1), .top(1, lines: 0), .delete(1), .reset, .noop, .quit,
    ]

    /// The verbs that are taken now, each tried on a copy; nothing that is refused may have written or changed anything.
    private func taken(by run: SessionRun) -> [String] {
        Self.commands.compactMap { command in
            var copy = run
            do throws(POP3Error) {
                try copy.submit(command)
                return copy.text.split(separator: "\r\n").last.map(String.init)
            } catch {
                copy.pump()
                #expect(copy.text.isEmpty)
                #expect(copy.events.isEmpty)
                #expect(copy.failure == nil)
                #expect(copy.session.outstanding == run.session.outstanding)
                return nil
            }
        }
    }

    @Test func `before the greeting nothing is taken`() {
        #expect(taken(by: SessionRun()) == [])
    }

    @Test func `AUTHORIZATION`() {
        var run = SessionRun()
        run.receive("+OK\r\n")
        run.events = []
        #expect(taken(by: run) == ["CAPA", "USER fred", "QUIT"])
    }

    @Test func `AUTHORIZATION in plaintext, with TLS demanded and not`() {
        var run = SessionRun(isSecured: false) { $0.requiresTLS = true }
        run.receive("+OK\r\n")
        run.events = []
        #expect(taken(by: run) == ["CAPA", "STLS", "QUIT"])
        run = SessionRun(isSecured: false) { $0.allowsPasswordInPlaintext = true }
        run.receive("+OK\r\n")
        run.events = []
        #expect(taken(by: run) == ["CAPA", "STLS", "USER fred", "QUIT"])
        run = SessionRun(isSecured: false)
        run.receive("+OK\r\n")
        run.events = []
        #expect(taken(by: run) == ["CAPA", "STLS", "QUIT"])
    }

    @Test func `TRANSACTION`() throws {
        #expect(
            taken(by: try .authenticated()) == [
                "CAPA", "STAT", "LIST", "LIST 1", "UIDL", "UIDL 1", "RETR 1", "TOP 1 0", "DELE 1", "RSET", "NOOP",
                "QUIT",
            ])
    }

    @Test func `while an answer is outstanding, nothing is taken, or what may be pipelined`() throws {
        var run = try SessionRun.authenticated()
        try run.submit(.noop)
        run.written = WireOctets()
        #expect(taken(by: run) == [])
        run = try SessionRun.authenticated(offering: ["PIPELINING"])
        try run.submit(.noop)
        run.written = WireOctets()
        #expect(
            taken(by: run) == [
                "STAT", "LIST", "LIST 1", "UIDL", "UIDL 1", "RETR 1", "TOP 1 0", "DELE 1", "RSET", "NOOP",
            ])
        run = try SessionRun.authenticated(offering: ["PIPELINING"])
        try run.submit(.capabilities)
        run.written = WireOctets()
        #expect(taken(by: run) == [])
    }

    @Test func `UPDATE and behind it`() throws {
        var run = try SessionRun.authenticated(offering: ["PIPELINING"])
        try run.submit(.quit)
        run.written = WireOctets()
        #expect(taken(by: run) == [])
        run.receive("+OK\r\n")
        run.events = []
        #expect(taken(by: run) == [])
    }

    @Test func `behind a failure`() {
        var run = SessionRun()
        run.receive("garbage\r\n")
        #expect(run.failure?.kind == .malformedResponse)
        run.failure = nil
        #expect(taken(by: run) == [])
    }

    @Test func `during the upgrade`() throws {
        var run = SessionRun(isSecured: false)
        run.receive("+OK\r\n")
        try run.submit(.startTLS)
        run.receive("+OK\r\n")
        #expect(run.wantsTLS)
        run.written = WireOctets()
        run.events = []
        #expect(taken(by: run) == [])
    }
}
