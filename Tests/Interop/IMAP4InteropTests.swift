import IMAP4
import Mailwire
import Testing

/// IMAP against a real Dovecot.
@Suite(.enabled(if: InteropServers.areThere), .serialized, .timeLimit(.minutes(2)))
struct IMAP4InteropTests {
    private let servers: InteropServers

    init() throws {
        servers = try #require(InteropServers.current)
    }

    private func connected<Value>(
        _ security: Endpoint.Security = .tls, _ body: (IMAP4Client) async throws -> Value
    ) async throws -> Value {
        var configuration = IMAP4Client.Configuration()
        configuration.transport = servers.transport
        return try await IMAP4Client.withConnection(to: servers.imap(security), configuration: configuration) { imap in
            try await imap.authenticate(servers.credential(other: true))
            return try await body(imap)
        }
    }

    /// A mailbox of this run's own.
    private func freshName(_ topic: String) -> MailboxName {
        MailboxName("\(topic) \(UInt64.random(in: .min ... .max))")
    }

    private func message(_ subject: String, size: Int = 0) throws -> [UInt8] {
        let author = try MailboxAddress("Wilma", servers.user(other: true))
        let text = (0..<(size / 64)).map { "line \($0) \(String(repeating: "x", count: 54))" }.joined(separator: "\n")
        return try MessageDraft(from: author, to: [author], subject: subject, text: text).message().octets
    }

    @Test(arguments: [Endpoint.Security.tls, .startTLS]) func `logs in both ways into TLS`(security: Endpoint.Security)
        async throws
    {
        try await connected(security) { imap in
            #expect(await imap.isAuthenticated)
            #expect(await imap.tlsInformation?.isVerified == true)
            let capabilities = try await imap.capabilities()
            #expect(!capabilities.isEmpty)
        }
    }

    @Test func `a wrong password is refused in the server's words`() async throws {
        var configuration = IMAP4Client.Configuration()
        configuration.transport = servers.transport
        let error = await #expect(throws: IMAP4Error.self) {
            try await IMAP4Client.withConnection(to: servers.imap(), configuration: configuration) { imap in
                try await imap.authenticate(.password(user: servers.user(), Secret("Xq7-wrong")))
            }
        }
        #expect(error?.kind == .authenticationFailed)
        #expect(error?.description.contains("Authentication failed") == true)
        #expect(error?.description.contains("Xq7") == false)
    }

    @Test func `a message goes in, is read in pieces and whole, is marked, copied, moved and removed`() async throws {
        let name = freshName("Ablage für Ärger & Co")
        let other = freshName("Zweite")
        let octets = try message("Grüße", size: 300_000)
        try await connected { imap in
            try await imap.create(name)
            try await imap.create(other)
            #expect(try await imap.list().contains { $0.name == name })
            let appended = try #require(try await imap.append(octets, to: name, flags: [.seen]))
            try await imap.withMailbox(name) { mailbox in
                #expect(mailbox.stateAtSelection.messages == 1)
                #expect(mailbox.stateAtSelection.uidValidity == appended.validity)
                #expect(try await mailbox.search() == .uid(appended.uid))
                var seen = 0
                for try await message in try await mailbox.fetch(
                    .uid(appended.uid),
                    [.uid, .flags, .size, .envelope, .bodyStructure, .internalDate, .bodyPeek(.all)])
                {
                    seen += 1
                    #expect(message.uid == appended.uid)
                    let body = try await message.body.collect()
                    #expect(body == octets)
                    let complete = try await message.complete()
                    #expect(complete.flags?.contains(.seen) == true)
                    #expect(complete.size == UInt64(octets.count))
                    #expect(complete.envelope != nil && complete.bodyStructure != nil && complete.internalDate != nil)
                }
                #expect(seen == 1)
                for try await message in try await mailbox.fetch(
                    .uid(appended.uid), [.bodyPeek(.all, FetchItem.OctetRange(offset: 100, count: 50))])
                {
                    #expect(try await message.body.collect() == Array(octets[100..<150]))
                }
                try await mailbox.store(.uid(appended.uid), .add([.flagged]))
                #expect(try await mailbox.search(.flag(.flagged)) == .uid(appended.uid))
                #expect(try await mailbox.search(.subject("Grüße")) == .uid(appended.uid))
                #expect(try await mailbox.search(.subject("Gruß aus")).isEmpty)
                try await mailbox.copy(.uid(appended.uid), to: other)
                let moved = try await mailbox.move(.uid(appended.uid), to: other)
                #expect(moved != nil)
                #expect(try await mailbox.search().isEmpty)
                #expect(try await mailbox.state().messages == 0)
            }
            try await imap.withMailbox(other) { mailbox in
                let all = try await mailbox.search()
                #expect(mailbox.stateAtSelection.messages == 2)
                try await mailbox.store(all, .add([.deleted]))
                try await mailbox.expunge(all)
                #expect(try await mailbox.search().isEmpty)
            }
        }
    }

    @Test func `leaving a fetch early leaves the connection in step`() async throws {
        let name = freshName("Early")
        try await connected { imap in
            try await imap.create(name)
            for number in 0..<5 { try await imap.append(try message("\(number)", size: 200_000), to: name) }
            try await imap.withMailbox(name) { mailbox in
                for try await message in try await mailbox.fetch(.all, [.uid, .bodyPeek(.all)]) {
                    for try await _ in message.body { break }
                    break
                }
                let all = try await mailbox.search()
                #expect(all.count == 5)
            }
            try await imap.noop()
        }
    }

    @Test func `another command inside a fetch does not hang`() async throws {
        let name = freshName("Inside")
        try await connected { imap in
            try await imap.create(name)
            for number in 0..<4 { try await imap.append(try message("\(number)", size: 400_000), to: name) }
            try await imap.withMailbox(name) { mailbox in
                var seen = 0
                for try await message in try await mailbox.fetch(.all, [.uid, .bodyPeek(.all)]) {
                    let uid = try #require(message.uid)
                    try await mailbox.store(.uid(uid), .add([.flagged]))
                    #expect(try await message.body.collect().count > 400_000)
                    seen += 1
                }
                #expect(seen == 4)
            }
        }
    }

    @Test func `an IDLE tells of a message that another connection appends, and the mailbox is usable afterwards`()
        async throws
    {
        let name = freshName("Idle")
        try await connected { imap in
            try await imap.create(name)
            try await imap.withMailbox(name) { mailbox in
                try await mailbox.idle { events in
                    try await connected { other in _ = try await other.append(try message("news"), to: name) }
                    for try await event in events {
                        if case .exists(let count) = event, count == 1 { break }
                    }
                }
                #expect(try await mailbox.search().count == 1)
            }
        }
    }

    @Test func `cancelling a task in IDLE ends it and the connection`() async throws {
        let task = Task {
            try await connected { imap in
                try await imap.withMailbox(.inbox) { mailbox in
                    try await mailbox.idle { events in
                        for try await _ in events {}
                    }
                }
            }
        }
        try await Task.sleep(for: .milliseconds(500))
        let clock = ContinuousClock()
        let began = clock.now
        task.cancel()
        _ = await task.result
        #expect(clock.now - began < .seconds(10))
    }

    @Test func `a mailbox that is not there is refused in the server's words, and the connection stays`() async throws {
        try await connected { imap in
            let error = await #expect(throws: IMAP4Error.self) {
                try await imap.withMailbox("Not there") { _ in }
            }
            #expect(error?.kind == .refused)
            #expect(error?.connectionIsUsable == true)
            try await imap.noop()
        }
    }

    @Test func `a selected mailbox used after its scope is refused by type`() async throws {
        try await connected { imap in
            var kept: SelectedMailbox?
            try await imap.withMailbox(.inbox) { kept = $0 }
            let mailbox = try #require(kept)
            let error = await #expect(throws: IMAP4Error.self) { _ = try await mailbox.search() }
            #expect(error?.kind == .stateViolation)
            try await imap.noop()
        }
    }

    @Test func `many tasks share one connection`() async throws {
        try await connected { imap in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 { group.addTask { try await imap.list().count } }
                for try await count in group { #expect(count >= 4) }
            }
        }
    }
}
