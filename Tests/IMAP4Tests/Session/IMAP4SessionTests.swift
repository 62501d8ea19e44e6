import Octets
import Testing

@testable import IMAP4

@Suite struct IMAP4SessionTests {
    private func fed(_ session: inout IMAP4Session, _ text: String) throws -> [IMAP4Event] {
        session.receive(Array(text.utf8).span)
        var events: [IMAP4Event] = []
        while true {
            switch try session.step() {
            case .event(let event): events.append(event)
            case .write, .startTLS: continue
            case .needInput: return events
            }
        }
    }

    private func selected(messages: Int = 0) throws -> IMAP4Session {
        var session = IMAP4Session(isSecured: true, tagSeed: 0)
        _ = try fed(&session, "* PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS MOVE IDLE UNSELECT] hello\r\n")
        try session.submit(IMAP4Command(CommandHandle(0), .select("INBOX", readOnly: false)))
        _ = try session.step()
        _ = try fed(&session, "* \(messages) EXISTS\r\naaaaaaaaaaaaa1 OK done\r\n")
        return session
    }

    @Test func `tags begin with a letter, differ, and hold the seed`() {
        var first = TagSequence(seed: .max)
        var second = TagSequence(seed: 0)
        #expect(first.next().rawValue == "p7777777777771")
        #expect(first.next().rawValue == "p7777777777772")
        #expect(second.next().rawValue == "aaaaaaaaaaaaa1")
        var seen: Set<String> = []
        for _ in 0..<1000 {
            var tags = TagSequence()
            let tag = tags.next().rawValue
            #expect(tag.utf8.first?.isAlpha == true)
            #expect(seen.insert(tag).inserted)
        }
    }

    @Test func `what SELECT tells is known when it is complete`() throws {
        var session = try selected()
        try session.submit(IMAP4Command(CommandHandle(1), .select("Other", readOnly: true)))
        _ = try fed(
            &session,
            """
            * FLAGS (\\Seen)\r\n* 7 EXISTS\r\n* OK [PERMANENTFLAGS ()] none\r\n* OK [UIDVALIDITY 3] x\r\n\
            * OK [UIDNEXT 9] x\r\n
            """)
        #expect(session.selected?.name == "INBOX")
        _ = try fed(&session, "aaaaaaaaaaaaa2 OK [READ-ONLY] done\r\n")
        let mailbox = try #require(session.selected)
        #expect(mailbox.name == "Other")
        #expect(mailbox.isReadOnly)
        #expect(mailbox.messages == 7)
        #expect(mailbox.flags == [.seen])
        #expect(mailbox.permanentFlags == [])
        #expect(mailbox.uidValidity == UIDValidity(3))
        #expect(mailbox.uidNext == UID(9))
    }

    /// A server whose mailbox grows and shrinks at random, told in random order with other responses.
    @Test(arguments: 0..<20) func `the number of messages is always the server's`(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var messages = Int(random.next() % 50)
        var session = try selected(messages: messages)
        for _ in 0..<500 {
            switch random.next() % 4 {
            case 0:
                messages += Int(random.next() % 5)
                _ = try fed(&session, "* \(messages) EXISTS\r\n")
            case 1 where messages > 0:
                let number = Int(random.next() % UInt64(messages)) + 1
                messages -= 1
                _ = try fed(&session, "* \(number) EXPUNGE\r\n")
            case 2: _ = try fed(&session, "* 1 FETCH (FLAGS (\\Seen))\r\n")
            default: _ = try fed(&session, "* OK still here\r\n")
            }
            #expect(session.selected?.messages == UInt32(messages))
        }
    }

    @Test func `octets behind STARTTLS are refused in whatever piece they come`() throws {
        for behind in ["*", "* OK injected\r\n", "\r\n", String(repeating: "x", count: 65_536)] {
            var options = IMAP4SessionOptions()
            options.requiresTLS = true
            var session = IMAP4Session(options: options, isSecured: false, tagSeed: 0)
            _ = try fed(&session, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
            try session.submit(IMAP4Command(CommandHandle(1), .startTLS))
            _ = try session.step()
            let error = #expect(throws: IMAP4Error.self) { try fed(&session, "aaaaaaaaaaaaa1 OK go\r\n\(behind)") }
            #expect(error?.kind == .plaintextAfterStartTLS)
            #expect(error?.connectionIsUsable == false)
        }
    }

    @Test func `after the upgrade nothing of the plaintext is left`() throws {
        var options = IMAP4SessionOptions()
        options.requiresTLS = true
        var session = IMAP4Session(options: options, isSecured: false, tagSeed: 0)
        _ = try fed(&session, "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hello\r\n")
        _ = try fed(&session, "* 99 EXISTS\r\n* FLAGS (\\Evil)\r\n* OK [UIDVALIDITY 1] x\r\n* LIST () \"/\" Evil\r\n")
        try session.submit(IMAP4Command(CommandHandle(1), .startTLS))
        _ = try session.step()
        session.receive(Array("aaaaaaaaaaaaa1 OK go\r\n".utf8).span)
        guard case .startTLS = try session.step() else {
            Issue.record("TLS is not asked for")
            return
        }
        session.tlsEstablished()
        #expect(session.isSecured)
        #expect(session.capabilities == nil)
        #expect(session.selected == nil)
        #expect(session.state == .notAuthenticated)
        #expect(session.input.isEmpty)
        let names = try fed(&session, "").map { event -> String in
            switch event {
            case .tlsEstablished: "tls"
            case .completed(let handle, _): "completed \(handle.number)"
            default: "other"
            }
        }
        #expect(names == ["tls", "completed 1"])
    }

    @Test func `nothing is submitted or told after the end`() throws {
        var session = try selected()
        let error = #expect(throws: IMAP4Error.self) { try fed(&session, "* BYE gone\r\n") }
        #expect(error?.kind == .serverClosing)
        #expect(error?.reply?.text == "gone")
        let again = #expect(throws: IMAP4Error.self) { try session.submit(IMAP4Command(CommandHandle(9), .noop)) }
        #expect(again?.kind == .serverClosing)
        #expect(throws: IMAP4Error.self) { try session.step() }
    }

    /// RFC 3501 §5.5 by its own examples, and the pairs that share untagged answers.
    @Test(arguments: [
        (first: IMAP4Command.Kind.fetch(.all, [.size]), second: IMAP4Command.Kind.search([.all]), mayOverlap: true),
        (.fetch(.all, [.size]), .fetch(.all, [.flags]), false),
        (.fetch(.all, [.flags]), .store(.all, .add([.seen]), silently: true), false),
        (.fetch(.all, [.body(.all)]), .search([.flag(.seen)]), false),
        (.fetch(.all, [.bodyPeek(.all)]), .search([.flag(.seen)]), true),
        (.noop, .search([.sequence(.all)]), false),
        (.fetch(.all, [.size]), .search([.sequence(.all)]), false),
        (.store(.all, .add([.seen]), silently: true), .expungeUIDs(.all), false),
        (.copy(.all, "x"), .copy(.all, "y"), false),
        (.copy(.all, "x"), .search([.all]), true),
        (.list(reference: "", pattern: []), .status("x", [.messages]), true),
        (.list(reference: "", pattern: []), .create("x"), false),
        (.create("x"), .list(reference: "", pattern: []), false),
        (.status("x", [.messages]), .status("y", [.messages]), false),
        (.noop, .noop, true),
        (.noop, .idle, false), (.noop, .select("x", readOnly: false), false), (.noop, .logout, false),
        (.noop, .close, false), (.noop, .startTLS, false),
        (.idle, .noop, false), (.select("x", readOnly: false), .noop, false),
    ])
    func `commands overlap as the table says`(first: IMAP4Command.Kind, second: IMAP4Command.Kind, mayOverlap: Bool) {
        #expect(CommandRule.of(second).mayFollow([CommandRule.of(first).effects]) == mayOverlap)
    }

    @Test func `many commands go out in one write, each is answered once, in any order`() throws {
        var session = try selected()
        for number in 1...200 { try session.submit(IMAP4Command(CommandHandle(UInt64(number)), .noop)) }
        guard case .write(let octets) = try session.step() else {
            Issue.record("nothing is written")
            return
        }
        let tags = String(decoding: octets.octets, as: UTF8.self).split(separator: "\r\n").compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        #expect(tags.count == 200)
        var random = SplitMix(state: 7)
        var completed: Set<UInt64> = []
        for tag in tags.shuffled(using: &random) {
            for event in try fed(&session, "\(tag) OK done\r\n") {
                guard case .completed(let handle, _) = event else { continue }
                #expect(completed.insert(handle.number).inserted)
            }
        }
        #expect(completed.count == 200)
    }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
