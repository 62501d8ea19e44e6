import IMAP4
import MailTestKit
import MailTransport
import Octets
import SASL
import Testing

@Suite(.timeLimit(.minutes(1))) struct IMAP4ClientTests {
    private let end = "C: #2 UNSELECT\nS: #2 OK done\nC: #3 LOGOUT\nS: * BYE bye\nS: #3 OK done\n!close"

    private struct BodyFailure: Error, Equatable {}

    // MARK: Life

    @Test func `a session from the greeting to the goodbye`() async throws {
        let script = ScriptedIMAP.steps(
            """
            S: * OK ready
            C: #1 CAPABILITY
            S: * CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR
            S: #1 OK done
            C: #2 AUTHENTICATE PLAIN AHRlc3QAdGVzdA==
            S: #2 OK [CAPABILITY IMAP4rev1 UNSELECT] in
            C: #3 LIST "" "*"
            S: * LIST () "/" INBOX
            S: * LIST (\\\\Trash) "/" "Trash"
            S: #3 OK done
            C: #4 STATUS Trash (MESSAGES)
            S: * STATUS Trash (MESSAGES 4)
            S: #4 OK done
            C: #5 LOGOUT
            S: * BYE bye
            S: #5 OK done
            !close
            """)
        try await ScriptedIMAP.play(script) { imap in
            #expect(await imap.greeting?.text == "ready")
            try await imap.authenticate(.password(user: "test", Secret("test")))
            #expect(await imap.isAuthenticated)
            let listings = try await imap.list()
            #expect(listings.map(\.name) == [.inbox, "Trash"])
            #expect(listings.last?.attributes == [.trash])
            #expect(try await imap.status("Trash", [.messages])[.messages] == 4)
        }
    }

    @Test func `the body's error comes out untouched, behind UNSELECT and LOGOUT`() async throws {
        await #expect(throws: BodyFailure()) {
            try await ScriptedIMAP.play(ScriptedIMAP.selected(end)) { imap in
                try await imap.withMailbox(.inbox) { _ in throw BodyFailure() }
            }
        }
    }

    @Test(arguments: [
        ("S: garbage", IMAP4Error.Kind.malformedResponse), ("S: * BYE full", .serverClosing),
        ("S: a OK hi", .unexpectedResponse),
        ("S~: * OK re\n!close", .connectionClosed), ("!close", .connectionClosed), ("!stall", .timedOut),
    ])
    func `no session comes about without a greeting`(line: String, kind: IMAP4Error.Kind) async throws {
        let error = await #expect(throws: IMAP4Error.self) {
            try await ScriptedIMAP.play(ScriptedIMAP.steps(line)) {
                $0.greetingTimeout = .milliseconds(300)
            } _: { _ in
            }
        }
        #expect(error?.kind == kind)
    }

    @Test func `a server that does not answer is left within the deadline, and all that waits ends`() async throws {
        let script = ScriptedIMAP.steps("S: * PREAUTH [CAPABILITY IMAP4rev1] hello\n!rest")
        try await ScriptedIMAP.play(script) {
            $0.replyTimeout = .milliseconds(300)
        } _: { imap in
            async let first = kind { try await imap.noop() }
            async let second = kind { try await imap.list() }
            let kinds = await [first, second]
            #expect(kinds.contains(.timedOut))
            #expect(kinds.allSatisfy { $0 == .timedOut || $0 == .connectionClosed })
            #expect(await kind { try await imap.noop() } != nil)
        }
    }

    @Test func `octets that trickle do not renew the deadline`() async throws {
        let script =
            ScriptedIMAP.steps("S: * PREAUTH [CAPABILITY IMAP4rev1] hello\nC: #1 NOOP")
            + [
                .sendSlowly(String(repeating: "* OK x\r\n", count: 50), pause: .milliseconds(20), mayBeCutShort: true),
                .close,
            ]
        try await ScriptedIMAP.play(script) {
            $0.replyTimeout = .milliseconds(400)
        } _: { imap in
            #expect(await kind { try await imap.noop() } == .timedOut)
        }
    }

    @Test func `BYE ends every waiting command in the server's words`() async throws {
        let script = ScriptedIMAP.steps(
            "S: * PREAUTH [CAPABILITY IMAP4rev1] hello\nC: #1 NOOP\nS: * BYE [UNAVAILABLE] down\n!close")
        try await ScriptedIMAP.play(script) { imap in
            let error = await #expect(throws: IMAP4Error.self) { try await imap.noop() }
            #expect(error?.kind == .serverClosing)
            #expect(error?.reply?.text == "down")
            #expect(error?.mayRetry == true)
            #expect(error?.connectionIsUsable == false)
        }
    }

    @Test func `a cancelled task closes the connection`() async throws {
        let script = ScriptedIMAP.steps("S: * PREAUTH [CAPABILITY IMAP4rev1] hello\nC: #1 NOOP\n!stall")
        try await ScriptedIMAP.play(script) { imap in
            let task = Task { await kind { try await imap.noop() } }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }

    @Test func `a task that was cancelled before sends nothing, and the connection stays`() async throws {
        let script = ScriptedIMAP.steps(
            "S: * PREAUTH [CAPABILITY IMAP4rev1] hello\nC: #1 NOOP\nS: #1 OK done\nC: #2 LOGOUT\nS: #2 OK done\n!close")
        try await ScriptedIMAP.play(script) { imap in
            let task = Task {
                try? await Task.sleep(for: .seconds(10))
                return await kind { try await imap.noop() }
            }
            task.cancel()
            #expect(await task.value == .cancelled)
            try await imap.noop()
        }
    }

    @Test func `STARTTLS that is not offered, refused or injected ends by name`() async throws {
        for (script, kind) in [
            ("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\nC: #1 LOGOUT\n!close", IMAP4Error.Kind.tlsNotOffered),
            ("S: * OK [CAPABILITY STARTTLS] hi\nC: #1 STARTTLS\nS: #1 NO no\nC: #2 LOGOUT\n!close", .tlsNotOffered),
            (
                "S: * OK [CAPABILITY STARTTLS] hi\nC: #1 STARTTLS\nS: #1 OK go\\r\\n* OK x\n!close",
                .plaintextAfterStartTLS
            ),
            ("S: * PREAUTH hi\n!close", .tlsRequired),
        ] {
            let server = try ScriptedServer.start(script: ScriptedIMAP.steps(script))
            let error = await #expect(throws: IMAP4Error.self) {
                _ = try await IMAP4Client.connect(
                    to: .startTLS("127.0.0.1", port: server.port), configuration: .init(), tagSeed: 0)
            }
            #expect(error?.kind == kind)
            let plaintext = try await server.finish().flatMap(\.plaintext)
            #expect(!String(decoding: plaintext, as: UTF8.self).contains("AUTH"))
        }
    }

    // MARK: Mailboxes

    @Test func `a mailbox is selected for its scope alone`() async throws {
        var kept: SelectedMailbox?
        try await ScriptedIMAP.play(ScriptedIMAP.selected(end)) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                kept = mailbox
                #expect(try await mailbox.state().messages == 3)
                #expect(await kind { try await imap.withMailbox("Other") { _ in } } == .stateViolation)
                try await mailbox.store(UIDSet(), .add([.seen]))
            }
            let mailbox = try #require(kept)
            #expect(await kind { _ = try await mailbox.search() } == .stateViolation)
            #expect(await kind { _ = try await mailbox.fetch(.all, [.flags]) } == .stateViolation)
            #expect(await kind { _ = try await mailbox.move(UIDSet(), to: "x") } == .stateViolation)
            #expect(await kind { _ = try await mailbox.state() } == .stateViolation)
            #expect(await kind { try await mailbox.idle { _ in } } == .stateViolation)
        }
    }

    @Test func `leaving expunges nothing where there is no UNSELECT`() async throws {
        let script = ScriptedIMAP.selected(
            "C: #2 EXAMINE INBOX\nS: #2 OK done\nC: #3 CLOSE\nS: #3 OK done\nC: #4 LOGOUT\nS: #4 OK done\n!close",
            capabilities: "IMAP4rev1")
        try await ScriptedIMAP.play(script) { imap in
            try await imap.withMailbox(.inbox) { _ in }
            try await imap.withMailbox(.inbox, readOnly: true) { _ in }
        }
    }

    @Test func `MOVE is made of COPY, STORE and UID EXPUNGE, of the messages that are there`() async throws {
        let script = ScriptedIMAP.selected(
            """
            C: #2 UID SEARCH UID 5:*
            S: * SEARCH 9 5 6
            S: #2 OK done
            C: #3 UID COPY 5:6,9 Trash
            S: #3 OK [COPYUID 7 5:6,9 1:3] done
            C: #4 UID STORE 5:6,9 +FLAGS.SILENT (\\\\Deleted)
            S: #4 OK done
            C: #5 UID EXPUNGE 5:6,9
            S: * 1 EXPUNGE
            S: #5 OK done
            C: #6 LOGOUT
            S: #6 OK done
            !close
            """, capabilities: "IMAP4rev1 UIDPLUS")
        try await ScriptedIMAP.play(script) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                let copied = try await mailbox.move(.through(try #require(UID(5))), to: "Trash")
                #expect(copied?.target(of: try #require(UID(9))) == UID(3))
                #expect(try await mailbox.state().messages == 2)
            }
        }
    }

    @Test func `MOVE is refused where nothing but a bare EXPUNGE could do it`() async throws {
        let script = ScriptedIMAP.selected("C: #2 LOGOUT\nS: #2 OK done\n!close", capabilities: "IMAP4rev1")
        try await ScriptedIMAP.play(script) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                #expect(await kind { try await mailbox.move(.uids(1...2), to: "Trash") } == .extensionNotOffered)
                #expect(await kind { try await mailbox.expunge(.uids(1...2)) } == .extensionNotOffered)
            }
        }
    }

    // MARK: Appending

    @Test func `a message is appended in pieces, and its UID comes back`() async throws {
        let script = ScriptedIMAP.steps(
            """
            S: * PREAUTH hi
            C: #1 APPEND Sent (\\\\Seen) " 1-Jan-1970 00:00:00 +0000" {9}
            S: + go
            C: abc\\r\\ndefg
            S: #1 OK [APPENDUID 7 42] done
            C: #2 APPEND Sent {0}
            S: + go
            C~: \\r\\n
            S: #2 NO empty
            C: #3 LOGOUT
            S: #3 OK done
            !close
            """)
        try await ScriptedIMAP.play(script) { imap in
            let chunks = AsyncStream<[UInt8]> { continuation in
                for text in ["abc", "\r", "\nd", "", "efg"] { continuation.yield(Array(text.utf8)) }
                continuation.finish()
            }
            let appended = try await imap.append(
                chunks, size: 9, to: "Sent", flags: [.seen], date: IMAP4DateTime(secondsSince1970: 0))
            #expect(appended?.uid == UID(42))
            #expect(appended?.validity == UIDValidity(7))
            #expect(await kind { try await imap.append([], to: "Sent") } == .refused)
        }
    }

    @Test func `a refusal before the message leaves the connection in step`() async throws {
        let script = ScriptedIMAP.steps(
            """
            S: * PREAUTH hi
            C: #1 APPEND Sent {3}
            S: #1 NO [TRYCREATE] nowhere
            C: #2 LOGOUT
            S: #2 OK done
            !close
            """)
        try await ScriptedIMAP.play(script) { imap in
            let error = await #expect(throws: IMAP4Error.self) { try await imap.append([1, 2, 3], to: "Sent") }
            #expect(error?.kind == .refused)
            #expect(error?.reply?.code == .tryCreate)
            #expect(await kind { try await imap.append([1, 0, 3], to: "Sent") } == .invalidArgument)
        }
    }

    @Test(arguments: [["ab"], ["abcd", "e"]]) func `chunks that are not what was announced close the connection`(
        texts: [String]
    ) async throws {
        let script = ScriptedIMAP.steps("S: * PREAUTH hi\nC: #1 APPEND Sent {4}\nS: + go\n!rest")
        try await ScriptedIMAP.play(script) { imap in
            let chunks = AsyncStream<[UInt8]> { continuation in
                for text in texts { continuation.yield(Array(text.utf8)) }
                continuation.finish()
            }
            #expect(await kind { try await imap.append(chunks, size: 4, to: "Sent") } == .invalidArgument)
            #expect(await kind { try await imap.noop() } != nil)
        }
    }
}

/// The kind of error that `body` throws; nil where it throws none.
func kind(_ body: () async throws -> some Any) async -> IMAP4Error.Kind? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? IMAP4Error)?.kind
    }
}
