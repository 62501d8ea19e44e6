import IMAP4
import MailTestKit
import Octets
import Testing

@Suite(.timeLimit(.minutes(1))) struct FetchTests {
    private let end = "C: #3 UNSELECT\nS: #3 OK done\nC: #4 LOGOUT\nS: #4 OK done\n!close"

    @Test func `sections come one by one, and items behind them at the end`() async throws {
        let script = ScriptedIMAP.selected(
            """
            C: #2 UID FETCH 1:3 (UID FLAGS BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[3])
            S: * 1 FETCH (UID 1 BODY[1] {12}
            S~: 0123456789ab BODY[2] "small" BODY[3] {11}\\r\\n0123456789a FLAGS (\\\\Seen))\\r\\n
            S: * 2 FETCH (FLAGS () UID 2 BODY[1] "a" BODY[2] NIL BODY[3] {0}
            S: )
            S: * 3 FETCH (FLAGS (\\\\Deleted))
            S: #2 OK done
            \(end)
            """)
        try await ScriptedIMAP.play(script) {
            $0.limits.streamingThreshold = 8
        } _: { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                let items: [FetchItem] = [.uid, .flags, .bodyPeek("1"), .bodyPeek("2"), .bodyPeek("3")]
                var seen: [UID] = []
                for try await message in try await mailbox.fetch(.uids(1...3), items) {
                    seen.append(try #require(message.uid))
                    var sections: [String] = []
                    for try await section in message.sections {
                        let octets = try await section.octets.collect()
                        sections.append("\(section.content) \(section.size.map { "\($0)" } ?? "nil") \(octets.count)")
                    }
                    let isFirst = message.uid == UID(1)
                    #expect(
                        sections
                            == (isFirst
                                ? ["BODY[1] 12 12", "BODY[2] 5 5", "BODY[3] 11 11"]
                                : ["BODY[1] 1 1", "BODY[2] nil 0", "BODY[3] 0 0"]))
                    #expect(message.flags == (isFirst ? nil : []))
                }
                #expect(seen == [UID(1), UID(2)])
            }
        }
    }

    @Test func `what is not read is passed over, and complete gives all items`() async throws {
        let script = ScriptedIMAP.selected(
            """
            C: #2 UID FETCH 1:3 (UID FLAGS BODY.PEEK[])
            S: * 1 FETCH (BODY[] {12}
            S: 0123456789ab UID 1 FLAGS (\\\\Seen))
            S: * 2 FETCH (BODY[] {12}
            S: 0123456789ab UID 2 FLAGS (\\\\Flagged))
            S: * 3 FETCH (UID 3 BODY[] {12}
            S: 0123456789ab)
            S: #2 OK done
            \(end)
            """)
        try await ScriptedIMAP.play(script) {
            $0.limits.streamingThreshold = 8
        } _: { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                var previous: FetchedMessage?
                var count = 0
                for try await message in try await mailbox.fetch(.uids(1...3), [.flags, .bodyPeek(.all)]) {
                    count += 1
                    if let previous { #expect(await kind { try await previous.body.collect() } == .stateViolation) }
                    previous = message
                    if count == 1 {
                        #expect(message.uid == nil)
                        let complete = try await message.complete()
                        #expect(complete.uid == UID(1))
                        #expect(complete.flags == [.seen])
                        #expect(try await message.body.collect().isEmpty)
                    } else if count == 3 {
                        #expect(await kind { try await message.body.collect(upTo: 11) } == .limitExceeded)
                    }
                }
                #expect(count == 3)
            }
        }
    }

    @Test func `a fetch that is refused behind some messages says so at its end`() async throws {
        let script = ScriptedIMAP.selected(
            """
            C: #2 UID FETCH 1:* (UID RFC822.SIZE)
            S: * 1 FETCH (UID 1 RFC822.SIZE 5)
            S: #2 NO [SERVERBUG] sorry
            \(end)
            """)
        try await ScriptedIMAP.play(script) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                var seen = 0
                let failure = await kind {
                    for try await message in try await mailbox.fetch(.all, [.size]) {
                        seen += 1
                        #expect(message.size == 5)
                    }
                }
                #expect(failure == .refused)
                #expect(seen == 1)
            }
        }
    }

    @Test(arguments: [true, false]) func `leaving early drains within the limit, else closes`(isSmall: Bool)
        async throws
    {
        let body = String(repeating: "x", count: 400_000)
        let script = ScriptedIMAP.selected(
            """
            C: #2 UID FETCH 1:* (UID BODY.PEEK[])
            S: * 1 FETCH (UID 1 BODY[] {400000}
            S: \(body))
            S: * 2 FETCH (UID 2 BODY[] {400000}
            S: \(body))
            S: #2 OK done
            \(isSmall ? end : "!rest")
            """)
        try await ScriptedIMAP.play(script) {
            $0.limits.drainedLength = isSmall ? 1 << 20 : 1000
        } _: { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                for try await message in try await mailbox.fetch(.all, [.bodyPeek(.all)]) {
                    for try await _ in message.body { break }
                    break
                }
            }
            #expect(await imap.isAuthenticated || !isSmall)
        }
    }

    @Test func `a command inside the loop waits for the stream and does not hang`() async throws {
        let body = String(repeating: "x", count: 2_000_000)
        let script = ScriptedIMAP.selected(
            """
            C: #2 UID FETCH 1:* (UID BODY.PEEK[])
            S: * 1 FETCH (UID 1 BODY[] {2000000}
            S: \(body))
            S: #2 OK done
            C: #3 UID STORE 1 +FLAGS.SILENT (\\\\Seen)
            S: #3 OK done
            C: #4 UNSELECT
            S: #4 OK done
            C: #5 LOGOUT
            S: #5 OK done
            !close
            """)
        try await ScriptedIMAP.play(script) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                for try await message in try await mailbox.fetch(.all, [.bodyPeek(.all)]) {
                    try await mailbox.store(.uid(try #require(message.uid)), .add([.seen]))
                    #expect(try await message.body.collect().count == 2_000_000)
                }
            }
        }
    }

    @Test func `a stream that nobody reads while a command waits behind it is kept up to a limit`() async throws {
        let body = String(repeating: "x", count: 4_000_000)
        let script = ScriptedIMAP.selected(
            """
            C: #2 UID FETCH 1:* (UID BODY.PEEK[])
            S: * 1 FETCH (UID 1 BODY[] {4000000}
            S: \(body))
            !rest
            """)
        try await ScriptedIMAP.play(script) {
            $0.limits.bufferedLength = 1 << 20
        } _: { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                let failure = await kind {
                    for try await message in try await mailbox.fetch(.all, [.bodyPeek(.all)]) {
                        await #expect(throws: IMAP4Error.self) { try await mailbox.noop() }
                        _ = try await message.body.collect()
                    }
                }
                #expect(failure == .limitExceeded)
            }
        }
    }

    @Test func `a stream that stalls or ends in the middle is an error, never a short message`() async throws {
        for (ending, expected) in [("!stall", IMAP4Error.Kind.timedOut), ("!close", .connectionClosed)] {
            let script = ScriptedIMAP.selected(
                "C: #2 UID FETCH 1:* (UID BODY.PEEK[])\nS~: * 1 FETCH (UID 1 BODY[] {9000}\\r\\nabc\n\(ending)")
            try await ScriptedIMAP.play(script) {
                $0.stallTimeout = .milliseconds(300)
            } _: { imap in
                try await imap.withMailbox(.inbox) { mailbox in
                    let failure = await kind {
                        for try await message in try await mailbox.fetch(.all, [.bodyPeek(.all)]) {
                            _ = try await message.body.collect()
                        }
                    }
                    #expect(failure == expected)
                }
            }
        }
    }

    @Test func `a fetch of nothing sends nothing`() async throws {
        let script = ScriptedIMAP.selected("C: #2 UNSELECT\nS: #2 OK done\nC: #3 LOGOUT\nS: #3 OK done\n!close")
        try await ScriptedIMAP.play(script) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                for try await _ in try await mailbox.fetch(UIDSet(), [.flags]) { Issue.record("a message of nothing") }
            }
        }
    }
}
