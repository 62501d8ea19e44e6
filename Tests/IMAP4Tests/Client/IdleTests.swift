import IMAP4
import MailTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct IdleTests {
    private let end = "C: #3 NOOP\nS: #3 OK done\nC: #4 UNSELECT\nS: #4 OK done\nC: #5 LOGOUT\nS: #5 OK done\n!close"

    private func script(_ news: String) -> [ScriptStep] {
        ScriptedIMAP.selected("C: #2 IDLE\nS: + idling\n\(news)C: DONE\nS: * 4 EXISTS\nS: #2 OK done\n\(end)")
    }

    private struct BodyFailure: Error, Equatable {}

    @Test func `DONE is said when the body returns`() async throws {
        try await ScriptedIMAP.play(script("S: * OK Still here\nS: * 2 EXPUNGE\n")) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                try await mailbox.idle { events in
                    var seen: [MailboxEvent] = []
                    for try await event in events {
                        seen.append(event)
                        if case .expunge = event { break }
                    }
                    #expect(seen.count == 2)
                    #expect(await kind { try await mailbox.noop() } == .stateViolation)
                }
                #expect(try await mailbox.state().messages == 4)
                try await mailbox.noop()
            }
        }
    }

    @Test func `DONE is said when the body throws`() async throws {
        try await ScriptedIMAP.play(script("")) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                await #expect(throws: BodyFailure()) { try await mailbox.idle { _ in throw BodyFailure() } }
                try await mailbox.noop()
            }
        }
    }

    @Test func `DONE is said when the task is cancelled, and the connection stays`() async throws {
        try await ScriptedIMAP.play(script("")) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                let task = Task { await kind { try await mailbox.idle { events in for try await _ in events {} } } }
                try await Task.sleep(for: .milliseconds(200))
                task.cancel()
                #expect(await task.value == .cancelled)
                try await mailbox.noop()
            }
        }
    }

    @Test func `IDLE is begun anew before the server gives up, unseen`() async throws {
        let script = ScriptedIMAP.selected(
            """
            C: #2 IDLE
            S: + idling
            C: DONE
            S: * 4 EXISTS
            S: #2 OK done
            C: #3 IDLE
            S: * 5 EXISTS
            S: + idling
            C: DONE
            S: #3 OK done
            C: #4 IDLE
            S: + idling
            S: * 6 EXISTS
            C: DONE
            S: #4 OK done
            C: #5 UNSELECT
            S: #5 OK done
            C: #6 LOGOUT
            S: #6 OK done
            !close
            """)
        try await ScriptedIMAP.play(script) {
            $0.idleRenewal = .milliseconds(150)
        } _: { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                try await mailbox.idle { events in
                    var counts: [UInt32] = []
                    for try await case .exists(let count) in events {
                        counts.append(count)
                        if count == 6 { break }
                    }
                    #expect(counts == [4, 5, 6])
                }
            }
        }
    }

    @Test func `a server that does not answer DONE, or waits for ever, ends by a deadline`() async throws {
        let silent = ScriptedIMAP.selected("C: #2 IDLE\nS: + idling\nC: DONE\n!stall")
        try await ScriptedIMAP.play(silent) {
            $0.idleRenewal = .milliseconds(100)
            $0.replyTimeout = .milliseconds(300)
        } _: { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                let failure = await kind { try await mailbox.idle { events in for try await _ in events {} } }
                #expect(failure == .timedOut)
            }
        }
        let waiting = ScriptedIMAP.selected("C: #2 IDLE\nS: + idling\n!rest")
        try await ScriptedIMAP.play(waiting) {
            $0.idleTimeout = .milliseconds(200)
        } _: { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                let failure = await kind { try await mailbox.idle { events in for try await _ in events {} } }
                #expect(failure == .timedOut)
            }
        }
    }

    @Test func `a refused IDLE is told, and the connection stays`() async throws {
        let script = ScriptedIMAP.selected("C: #2 IDLE\nS: #2 NO too many\n\(end)")
        try await ScriptedIMAP.play(script) { imap in
            try await imap.withMailbox(.inbox) { mailbox in
                #expect(await kind { try await mailbox.idle { _ in } } == .refused)
                try await mailbox.noop()
            }
        }
    }
}
