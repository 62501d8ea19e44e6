import IMAP4
import Mailwire
import SMTP
import Testing

/// SMTP submission against a real Postfix, which asks a real Dovecot for passwords and hands it the mail by LMTP.
@Suite(.enabled(if: InteropServers.areThere), .serialized, .timeLimit(.minutes(2)))
struct SMTPInteropTests {
    private let servers: InteropServers

    init() throws {
        servers = try #require(InteropServers.current)
    }

    private func connected<Value>(
        _ security: Endpoint.Security = .tls, _ body: (SMTPClient) async throws -> Value
    ) async throws -> Value {
        var configuration = SMTPClient.Configuration()
        configuration.transport = servers.transport
        return try await SMTPClient.withConnection(to: servers.smtp(security), configuration: configuration) { smtp in
            try await smtp.authenticate(servers.credential())
            return try await body(smtp)
        }
    }

    private func draft(_ subject: String, text: String) throws -> (octets: [UInt8], id: MessageID) {
        let author = try MailboxAddress("Fred", servers.user())
        var draft = MessageDraft(from: author, to: [author], subject: subject, text: text)
        let id = try MessageID.unique(domain: "mailwire.example")
        draft.messageID = id
        return (try draft.message().octets, id)
    }

    /// The octets of the message with `id` in INBOX, once it is there.
    private func delivered(_ id: MessageID, other: Bool = false) async throws -> [UInt8] {
        var configuration = IMAP4Client.Configuration()
        configuration.transport = servers.transport
        return try await IMAP4Client.withConnection(to: servers.imap(), configuration: configuration) { imap in
            try await imap.authenticate(servers.credential(other: other))
            return try await imap.withMailbox(.inbox) { inbox in
                for _ in 0..<100 {
                    let found = try await inbox.search(.header("Message-ID", id.value))
                    guard !found.isEmpty else {
                        try await Task.sleep(for: .milliseconds(100))
                        try await inbox.noop()
                        continue
                    }
                    for try await message in try await inbox.fetch(found, [.bodyPeek(.all)]) {
                        return try await message.body.collect()
                    }
                }
                return []
            }
        }
    }

    @Test(arguments: [Endpoint.Security.tls, .startTLS])
    func `a message arrives octet for octet, dots and all`(security: Endpoint.Security) async throws {
        let (octets, id) = try draft("Dots", text: ".\n..\n.begins\nends.\n.\n\n.last")
        let delivery = try await connected(security) { smtp in
            try await smtp.send(octets, from: servers.user(), to: [servers.user()])
        }
        #expect(delivery.reply.code == 250)
        #expect(delivery.acceptedRecipients.count == 1)
        let arrived = try await delivered(id)
        #expect(arrived.suffix(octets.count).elementsEqual(octets))
    }

    @Test func `many messages go over one connection`() async throws {
        var ids: [MessageID] = []
        try await connected { smtp in
            for number in 0..<20 {
                let (octets, id) = try draft("Number \(number)", text: "\(number)")
                _ = try await smtp.send(octets, from: servers.user(), to: [servers.user()])
                ids.append(id)
            }
        }
        let last = try #require(ids.last)
        #expect(try await delivered(last).isEmpty == false)
    }

    @Test func `a message of many mebibytes arrives whole`() async throws {
        let author = try MailboxAddress("Fred", servers.user())
        var draft = MessageDraft(from: author, to: [author], subject: "Large", text: "attached")
        let id = try MessageID.unique(domain: "mailwire.example")
        draft.messageID = id
        let attached = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        draft.attachments = [try Attachment(attached, filename: "large.bin")]
        let octets = try draft.message().octets
        _ = try await connected { smtp in try await smtp.send(octets, from: servers.user(), to: [servers.user()]) }
        let arrived = try await delivered(id)
        let isWhole = arrived.suffix(octets.count).elementsEqual(octets)
        #expect(isWhole)
    }

    @Test func `a wrong password is refused in the server's words, and is not told`() async throws {
        var configuration = SMTPClient.Configuration()
        configuration.transport = servers.transport
        let error = await #expect(throws: SMTPError.self) {
            try await SMTPClient.withConnection(to: servers.smtp(.startTLS), configuration: configuration) { smtp in
                try await smtp.authenticate(.password(user: servers.user(), Secret("Xq7-wrong")))
            }
        }
        #expect(error?.reply?.code.value == 535)
        #expect(error?.connectionIsUsable == true)
        #expect(error?.description.contains("Xq7") == false)
    }

    @Test func `one recipient who is not there does not keep the mail from the other`() async throws {
        let (octets, id) = try draft("Two", text: "for two")
        let delivery = try await connected { smtp in
            try await smtp.send(
                octets, from: servers.user(), to: ["nobody@mailwire.example", servers.user(other: true)])
        }
        #expect(delivery.refusedRecipients.count == 1)
        #expect(delivery.refusedRecipients.first?.reply.code.value == 550)
        #expect(delivery.acceptedRecipients.count == 1)
        #expect(try await delivered(id, other: true).isEmpty == false)
    }

    @Test func `nobody there at all is an error, and the connection stays usable`() async throws {
        let (octets, id) = try draft("Nobody", text: "")
        try await connected { smtp in
            let error = await #expect(throws: SMTPError.self) {
                try await smtp.send(octets, from: servers.user(), to: ["nobody@mailwire.example"])
            }
            #expect(error?.acceptance == .refusedForGood)
            #expect(error?.connectionIsUsable == true)
            _ = try await smtp.send(octets, from: servers.user(), to: [servers.user()])
        }
        #expect(try await delivered(id).isEmpty == false)
    }

    @Test func `a message over the server's size is not even begun`() async throws {
        let octets = Array("Subject: large\r\n\r\n".utf8) + [UInt8](repeating: 0x61, count: 0)
        let line = [UInt8](repeating: 0x61, count: 76) + [0x0D, 0x0A]
        var large = octets
        large.reserveCapacity(70 << 20)
        while large.count < 65 << 20 { large += line }
        try await connected { smtp in
            let error = await #expect(throws: SMTPError.self) {
                try await smtp.send(large, from: servers.user(), to: [servers.user()])
            }
            #expect(error?.acceptance == .notSent || error?.acceptance == .refusedForGood)
            try await smtp.noop()
        }
    }
}
