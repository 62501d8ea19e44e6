import IMAP4
import Octets
import SASL
import Testing

@Suite struct CommandEncoderTests {
    /// A session in which every command is allowed.
    private func session(_ capabilities: String = "IMAP4rev1 UIDPLUS MOVE IDLE UNSELECT") throws -> IMAP4Session {
        var session = IMAP4Session(isSecured: true, tagSeed: 0)
        try feed(&session, "* PREAUTH [CAPABILITY \(capabilities)] hello\r\n")
        try session.submit(IMAP4Command(CommandHandle(0), .select("INBOX", readOnly: false)))
        _ = try written(&session)
        try feed(&session, "aaaaaaaaaaaaa1 OK done\r\n")
        return session
    }

    private func feed(_ session: inout IMAP4Session, _ text: String) throws {
        session.receive(Array(text.utf8).span)
        while case .event = try session.step() {}
    }

    /// All that the session writes, each continuation granted at once.
    private func written(_ session: inout IMAP4Session) throws -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        while true {
            switch try session.step() {
            case .write(let octets):
                pieces.append(octets.octets)
                let line = String(decoding: octets.octets, as: UTF8.self)
                if line.hasSuffix("}\r\n"), !line.hasSuffix("+}\r\n") { session.receive(Array("+ go\r\n".utf8).span) }
            case .event, .startTLS: continue
            case .needInput: return pieces
            }
        }
    }

    /// The lines that a server would read: literals are taken out first, as it would.
    private func lines(_ octets: [UInt8]) -> [String] {
        var framer = ServerFramer()
        return framer.lines(octets)
    }

    private struct ServerFramer {
        mutating func lines(_ octets: [UInt8]) -> [String] {
            var lines: [String] = []
            var line: [UInt8] = []
            var index = 0
            while index < octets.count {
                line.append(octets[index])
                index += 1
                guard line.last == 0x0A else { continue }
                if let open = line.lastIndex(of: 0x7B), line.dropLast(2).last == 0x7D {
                    let digits = line[(open + 1)...].filter { (0x30...0x39).contains($0) }
                    index += Int(String(decoding: digits, as: UTF8.self)) ?? 0
                    line[(line.count - 2)...] = []
                    continue
                }
                lines.append(String(decoding: line, as: UTF8.self))
                line = []
            }
            if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
            return lines
        }
    }

    private static let hostile = [
        "\r", "\n", "\0", "\r\nX", "a\r\nA1 LOGOUT\r\n", "x\r\n{5}\r\n", "\u{010A}", "\u{010D}", "\u{560A}",
        "\u{760D}\u{760A}",
        "\u{2028}", "\u{0085}", "\"", "\\", "\"\r\n", "{3}", "{3+}\r\nabc", ") LOGOUT", "%*()", " ", "", "NIL",
        "\u{7F}",
        String(repeating: "ä", count: 5000),
    ]

    private static func commands(_ text: String) -> [IMAP4Command.Kind] {
        let raw = MailboxName(octets: Array(text.utf8))
        let uids = UIDSet.uids(1...3)
        let named = BodySection(.headerFields([text]))
        return [
            .list(reference: MailboxName(text), pattern: Array(text.utf8)), .list(reference: raw, pattern: []),
            .create(MailboxName(text)), .create(raw), .status(raw, [.messages]), .status("x", [StatusItem(text)]),
            .select(raw, readOnly: false), .select(raw, readOnly: true), .append(raw, flags: [], date: nil, size: 1),
            .append("x", flags: [Flag(text)], date: nil, size: 1),
            .append("x", flags: [Flag("\\" + text)], date: nil, size: 1),
            .fetch(uids, [.other(text)]), .fetch(uids, [.bodyPeek(named)]),
            .fetch(uids, [.body(BodySection(part: [1], .headerFieldsNot([text])))]),
            .fetch(uids, [.bodyPeek(BodySection(stringLiteral: text))]), .search([.flag(Flag(text))]),
            .search([.noFlag(Flag(text))]), .search([.subject(text)]), .search([.header(text, text)]),
            .search([.not(.or(.from(text), .and([.to(text), .body(text)])))]),
            .store(uids, .add([Flag(text)]), silently: true),
            .copy(uids, raw), .move(uids, MailboxName(text)),
        ]
    }

    @Test(arguments: hostile) func `no argument becomes a command`(text: String) throws {
        for kind in Self.commands(text) {
            var session = try session()
            do {
                try session.submit(IMAP4Command(CommandHandle(1), kind))
            } catch {
                #expect(error.kind == .invalidArgument)
                #expect(error.connectionIsUsable)
                // Nothing was queued.
                #expect(try written(&session).isEmpty)
                continue
            }
            let octets = try written(&session).flatMap { $0 }
            #expect(!octets.contains(0))
            var count = lines(octets).count
            if case .append = kind {
                // The message is still to come, and ends the line.
                count = lines(octets + [0x78, 0x0D, 0x0A]).count
            }
            #expect(count == 1, "\(kind.verb) \(text.escapedForDisplay): \(EscapedOctets(octets.span))")
        }
    }

    @Test(arguments: hostile) func `no user name or password becomes a command`(text: String) throws {
        for isUser in [true, false] {
            var session = IMAP4Session(isSecured: true)
            try feed(&session, "* OK [CAPABILITY IMAP4rev1 LITERAL-] hello\r\n")
            let kind = IMAP4Command.Kind.login(user: isUser ? text : "fred", Secret(isUser ? "secret" : text))
            do {
                try session.submit(IMAP4Command(CommandHandle(1), kind))
            } catch {
                #expect(error.kind == .invalidArgument && text.utf8.contains(0))
                continue
            }
            let octets = try written(&session).flatMap { $0 }
            #expect(lines(octets).count == 1, "\(text.escapedForDisplay): \(EscapedOctets(octets.span))")
        }
    }

    @Test func `passwords are secret in every form they are sent in`() throws {
        for password in ["Xq7-plain", "Xq7-\"quoted\\", "Xq7-ä literal"] {
            var session = IMAP4Session(isSecured: true)
            try feed(&session, "* OK [CAPABILITY IMAP4rev1 LITERAL+] hello\r\n")
            try session.submit(IMAP4Command(CommandHandle(1), .login(user: "fred", Secret(password))))
            guard case .write(let octets) = try session.step() else {
                Issue.record("nothing is written")
                continue
            }
            #expect(!octets.description.contains("Xq7"))
            #expect(!octets.description.contains("literal"))
            #expect(octets.description.contains("fred"))
        }
    }

    @Test(arguments: [
        (UIDSet.all, "1:*"), (.uids(1...1), "1"), (.uids(1...4_294_967_295), "1:4294967295"), (.last, "*"),
    ])
    func `sets are written as they are`(set: UIDSet, text: String) throws {
        var session = try session()
        try session.submit(IMAP4Command(CommandHandle(1), .copy(set, "x")))
        let octets = try written(&session).flatMap { $0 }
        #expect(String(decoding: octets, as: UTF8.self) == "aaaaaaaaaaaaa2 UID COPY \(text) x\r\n")
    }

    @Test func `an extended search is asked for where the server has it`() throws {
        var session = try session("IMAP4rev1 ESEARCH")
        try session.submit(IMAP4Command(CommandHandle(1), .search([.all])))
        let octets = try written(&session).flatMap { $0 }
        #expect(String(decoding: octets, as: UTF8.self) == "aaaaaaaaaaaaa2 UID SEARCH RETURN (ALL) ALL\r\n")
    }

    @Test func `criteria nested without end are refused`() throws {
        var session = try session()
        let key = (0..<200).reduce(SearchKey.all) { key, _ in .not(key) }
        let error = #expect(throws: IMAP4Error.self) {
            try session.submit(IMAP4Command(CommandHandle(1), .search([key])))
        }
        #expect(error?.kind == .invalidArgument)
    }
}
