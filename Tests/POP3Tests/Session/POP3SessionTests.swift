import MailTestKit
import Octets
import SASL
import Testing

@testable import POP3

@Suite struct POP3SessionTests {
    // MARK: TLS

    @Test func `the upgrade leaves what a fresh session is`() throws {
        var run = SessionRun(isSecured: false)
        run.receive("+OK [X] hello\r\n")
        try run.submit(.capabilities)
        run.receive("+OK\r\nPIPELINING\r\nSASL PLAIN\r\nSTLS\r\n.\r\n")
        try run.submit(.startTLS)
        run.receive("+OK\r\n")
        #expect(run.wantsTLS)
        run.upgrade()
        var fresh = SessionRun(isSecured: true)
        fresh.receive("+OK\r\n")
        #expect(run.session.isSecured)
        #expect(run.session.capabilities == nil)
        #expect(dumped(run.session) == dumped(fresh.session))
    }

    private func dumped(_ session: POP3Session) -> String {
        var session = session
        // How much memory the input owns is no state.
        #expect(session.input.isEmpty)
        session.input = ReceiveBuffer()
        var text = ""
        dump(session, to: &text)
        return text
    }

    @Test(arguments: ["+OK\r\n", "x", "\r\n", "+OK go\r\n+", String(repeating: "x", count: 65536)])
    func `octets behind the consent to STLS end the session, and none is believed`(injected: String) throws {
        var run = SessionRun(isSecured: false) { $0.requiresTLS = true }
        run.receive("+OK\r\n")
        try run.submit(.startTLS)
        run.events = []
        run.written = WireOctets()
        run.receive("+OK\r\n" + injected)
        #expect(run.failure?.kind == .plaintextAfterStartTLS)
        #expect(run.failure?.command == "STLS")
        #expect(!run.wantsTLS)
        #expect(run.events.isEmpty)
        #expect(run.written.isEmpty)
    }

    @Test func `TLS that nobody asked for changes nothing`() {
        var run = SessionRun(isSecured: false)
        run.session.tlsEstablished()
        #expect(!run.session.isSecured)
    }

    // MARK: Secrets

    @Test(arguments: ["", "SASL PLAIN", "SASL LOGIN", "SASL PLAIN LOGIN", "USER"])
    func `where TLS is demanded no octet of a credential goes out before`(offer: String) throws {
        var run = SessionRun(isSecured: false) {
            $0.requiresTLS = true
            $0.allowsPasswordInPlaintext = true
        }
        run.receive("+OK\r\n")
        try run.submit(.capabilities)
        run.receive("+OK\r\n\(offer)\r\n.\r\n")
        let error = #expect(throws: POP3Error.self) {
            try run.submit(.authenticate(.password(user: "fred", Secret("hunter2"))))
        }
        #expect(error?.kind == .tlsRequired)
        #expect(run.text == "CAPA\r\n")
    }

    /// Everything a password can meet: no trace of it in what prints.
    @Test(arguments: [
        "-ERR Xq7-canary is wrong\r\n", "-ERR [AUTH] WHE3LWNhbmFyeQ== AGZyZWQAWHE3LWNhbmFyeQ==\r\n",
        "+OK Xq7-canary\r\n", "junk Xq7\r\n", "",
    ])
    func `errors and events do not show a password`(answer: String) throws {
        for capabilities in ["SASL PLAIN", "SASL LOGIN", "USER"] {
            var run = SessionRun()
            run.receive("+OK\r\n")
            try run.submit(.capabilities)
            run.receive("+OK\r\n\(capabilities)\r\n.\r\n")
            try run.submit(.authenticate(.password(user: "fred", Secret("Xq7-canary"))))
            if capabilities == "USER" { run.receive("+OK\r\n") }
            if capabilities == "SASL LOGIN" { run.receive("+ VXNlcg==\r\n+ UGFzcw==\r\n") }
            if answer.isEmpty { run.receiveEnd() } else { run.receive(answer) }
            var text = "\(run.events) \(run.written) \(String(describing: run.failure))"
            dump(run.events, to: &text)
            dump(run.failure, to: &text)
            dump(run.session, to: &text)
            for trace in ["canary", "WHE3LWNhbmFyeQ", "Y2FuYXJ5", "AGZyZWQAWHE3"] { #expect(!text.contains(trace)) }
        }
    }

    @Test(arguments: [
        "\r", "\n", "\0", "\r\nDELE 1", "\u{85}", "\u{2028}", "\u{10A}", "\u{10D}", "\u{560A}", "\u{760D}",
    ])
    func `nothing in a name or password begins another command`(injected: String) throws {
        for (user, password) in [
            ("fred" + injected, "hunter2"), ("fred", "hunter2" + injected), (injected + "x", "y"), ("x", injected),
        ] {
            for capabilities in ["USER", "SASL PLAIN", "SASL LOGIN"] {
                var run = SessionRun()
                run.receive("+OK\r\n")
                try run.submit(.capabilities)
                run.receive("+OK\r\n\(capabilities)\r\n.\r\n")
                run.written = WireOctets()
                do throws(POP3Error) {
                    try run.submit(.authenticate(.password(user: user, Secret(password))))
                    // It went as Base64: one line, and none of the octets in it.
                    #expect(capabilities != "USER")
                    #expect(run.written.octets.count { $0 == 0x0A } == 1)
                    #expect(run.text.dropLast().allSatisfy { $0.isASCII })
                } catch {
                    #expect(run.text == "")
                    #expect(error.connectionIsUsable)
                }
            }
        }
    }

    // MARK: Deletions

    @Test func `what is known about deletions at every point of a session`() throws {
        var run = try SessionRun.authenticated()
        #expect(run.session.deletions == .none)
        try run.submit(.delete(1))
        #expect(run.session.deletions == .unconfirmed(1))
        run.receive("-ERR no\r\n")
        #expect(run.session.deletions == .none)
        try run.submit(.delete(1))
        run.receive("+OK\r\n")
        #expect(run.session.deletions == .unconfirmed(1))
        try run.submit(.reset)
        #expect(run.session.deletions == .unconfirmed(1))
        run.receive("-ERR no\r\n")
        #expect(run.session.deletions == .unconfirmed(1))
        try run.submit(.reset)
        run.receive("+OK\r\n")
        #expect(run.session.deletions == .none)
    }

    @Test func `marks are counted in the order of answers`() throws {
        var run = try SessionRun.authenticated(offering: ["PIPELINING"])
        for command in [.delete(1), .reset, .delete(2), .delete(3)] as [POP3Command] { try run.submit(command) }
        run.receive("+OK\r\n+OK\r\n+OK\r\n-ERR\r\n")
        try run.submit(.quit)
        run.receive("+OK\r\n")
        guard case .closed(_, .committed(1))? = run.events.last else { return #expect(Bool(false)) }
    }

    // MARK: Pieces and ends

    static let answers = [
        "+OK ready\r\n", "+OK\r\nPIPELINING\r\nSASL PLAIN\r\n.\r\n", "+OK in\r\n", "+OK 2 320\r\n",
        "+OK\r\n1 120\r\n2 200\r\n.\r\n",
        "+OK\r\n1 a\r\n2 b\r\n.\r\n", "+OK\r\nSubject: x\r\n\r\n..\r\n.a\r\n.\r\n", "+OK\r\n", "-ERR no\r\n",
        "+OK bye\r\n",
    ]

    /// A session in which a command is submitted as soon as the one before is answered.
    private func play(pieces: Int, upTo length: Int = .max, thenEnd: Bool) -> SessionRun {
        var run = SessionRun()
        var commands: [POP3Command] = [
            .capabilities, .authenticate(.password(user: "fred", Secret("hunter2"))), .statistics, .list(nil),
            .uniqueIDs(nil), .retrieve(1),
            .delete(1), .delete(2), .quit,
        ]
        var left = length
        for answer in Self.answers {
            let octets = Array(answer.utf8.prefix(left))
            left -= octets.count
            for start in stride(from: 0, to: octets.count, by: pieces) {
                run.receive(Array(octets[start..<min(start + pieces, octets.count)]))
            }
            guard run.session.outstanding.isEmpty, !commands.isEmpty, run.failure == nil else { continue }
            try? run.submit(commands.removeFirst())
        }
        if thenEnd { run.receiveEnd() }
        return run
    }

    @Test func `a connection that ends at any octet is told by type, once, and nothing is taken for whole`() {
        let total = Self.answers.joined().utf8.count
        for length in 0...total {
            let run = play(pieces: 1, upTo: length, thenEnd: true)
            let began = run.events.count { if case .contentBegan = $0 { true } else { false } }
            let ended = run.events.count { if case .contentEnded = $0 { true } else { false } }
            let closed = run.events.count { if case .closed = $0 { true } else { false } }
            if closed == 1 {
                #expect(run.failure == nil)
            } else {
                #expect(run.failure?.kind == .truncated || run.failure?.kind == .connectionClosed)
                #expect(run.failure?.connectionIsUsable == false)
                if began != ended { #expect(run.failure?.kind == .truncated) }
            }
        }
        guard case .closed(_, .committed(1))? = play(pieces: 1, thenEnd: true).events.last else {
            return #expect(Bool(false))
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64])
    func `pieces of any size make the same events`(size: Int) {
        func shown(_ run: SessionRun) -> [String] {
            var texts: [String] = []
            for event in run.events {
                if case .content = event { continue }
                texts.append("\(event)")
            }
            return texts + ["\(run.content)", run.text]
        }
        #expect(shown(play(pieces: size, thenEnd: false)) == shown(play(pieces: 1, thenEnd: false)))
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `no server can make a session trap, hang or contradict itself`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let words = [
            "+OK", "-ERR", "+ ", "\r\n", "\r\n", "\r\n", ".\r\n", "..", " ", "[AUTH]", "1 2", "2 abc", "x", "\0", "\r",
            "99999999999999999999",
            "SASL PLAIN", "PIPELINING", "+OK\r\n", "+OK\r\n", "-ERR\r\n", "=", "0 0",
        ]
        for _ in 0..<40 {
            var run = SessionRun(isSecured: Bool.random(using: &random)) { $0.limits.listings = 3 }
            var answers = 0
            for _ in 0..<60 {
                guard run.failure == nil, !run.wantsTLS else { break }
                if Bool.random(using: &random) {
                    run.receive(words.randomElement(using: &random) ?? "")
                } else if let command = SessionTableTests.commands.randomElement(using: &random) {
                    try? run.submit(command)
                }
                answers = run.events.count
            }
            if Bool.random(using: &random) { run.receiveEnd() }
            #expect(run.events.count >= answers)
            if run.failure != nil { #expect(run.failure?.connectionIsUsable == false) }
        }
    }

    // MARK: Limits

    @Test(arguments: [(2, true), (3, true), (4, false)])
    func `listings have a limit`(count: Int, fits: Bool) throws {
        for command in [.list(nil), .uniqueIDs(nil)] as [POP3Command] {
            var run = try SessionRun.authenticated { $0.limits.listings = 3 }
            try run.submit(command)
            run.receive("+OK\r\n" + (1...count).map { "\($0) 7\r\n" }.joined() + ".\r\n")
            #expect(run.failure?.kind == (fits ? nil : .limitExceeded))
            #expect(run.events.count == (fits ? 1 : 0))
        }
    }

    @Test(arguments: [(63, true), (64, true), (65, false)])
    func `lines have a limit, those of content have none`(length: Int, fits: Bool) throws {
        let line = "+OK " + String(repeating: "x", count: length - 4)
        var run = try SessionRun.authenticated { $0.limits.lineLength = 64 }
        try run.submit(.noop)
        run.receive(line + "\r\n")
        #expect(run.failure?.kind == (fits ? nil : .limitExceeded))
        run = try SessionRun.authenticated { $0.limits.lineLength = 64 }
        try run.submit(.list(nil))
        run.receive("+OK\r\n1 2" + String(repeating: "x", count: length - 3) + "\r\n.\r\n")
        #expect(run.failure?.kind == (fits ? nil : .limitExceeded))
        run = try SessionRun.authenticated { $0.limits.lineLength = 64 }
        try run.submit(.retrieve(1))
        run.receive("+OK\r\n" + String(repeating: "x", count: length * 1000) + "\r\n.\r\n")
        #expect(run.failure == nil)
        #expect(run.content.count == length * 1000 + 2)
    }

    @Test(arguments: [(31, true), (32, true), (33, false)])
    func `challenges have a limit`(length: Int, fits: Bool) throws {
        var run = SessionRun { $0.limits.challengeLength = 32 }
        run.receive("+OK\r\n")
        try run.submit(.capabilities)
        run.receive("+OK\r\nSASL LOGIN\r\n.\r\n")
        try run.submit(.authenticate(.password(user: "fred", Secret("hunter2"))))
        run.receive("+ " + String(repeating: "A", count: length) + "\r\n")
        #expect(run.failure?.kind == (fits ? nil : .limitExceeded))
    }

    @Test func `content comes in pieces that are not large, and no longer than what arrived`() throws {
        var run = try SessionRun.authenticated()
        try run.submit(.retrieve(1))
        run.receive(Array("+OK\r\n".utf8) + [UInt8](repeating: 0x78, count: 1 << 20))
        for event in run.events {
            if case .content(let octets) = event { #expect(!octets.isEmpty && octets.count <= 65536) }
        }
        #expect(run.content.count == 1 << 20)
    }

    @Test func `a large listing is read in linear time`() throws {
        func time(_ count: Int) throws -> Int64 {
            let text = "+OK\r\n" + (1...count).map { "\($0) 000000016b04514f\($0)\r\n" }.joined() + ".\r\n"
            let octets = Array(text.utf8)
            return try ThreadClock.measure {
                var run = try SessionRun.authenticated()
                try run.submit(.uniqueIDs(nil))
                run.receive(octets)
            }
        }
        // Sixteen times the listing would take 256 times as long if anything were read again and again.
        #expect(try time(32_000) < time(2000) * 80)
    }

    // MARK: Words

    @Test func `an error says what happened, where and in whose words`() {
        let error = POP3Error(
            .refused, command: "PASS", response: POP3Response(.err, text: "[IN-USE] busy\u{1B}"),
            connectionIsUsable: true)
        #expect(error.description == "PASS: refused: -ERR [IN-USE] busy\\x1B")
        #expect(error.responseCode == .inUse)
        #expect(error.mayRetry)
        let lost = POP3Error(.truncated, command: "RETR", deletions: .unconfirmed(2))
        #expect(lost.description == "RETR: truncated; 2 deletions unconfirmed")
        #expect(lost.mayRetry)
    }
}
