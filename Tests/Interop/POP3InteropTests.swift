import Mailwire
import Octets
import POP3
import SMTP
import Testing

/// POP3 against a real Dovecot.
@Suite(.enabled(if: InteropServers.areThere), .serialized, .timeLimit(.minutes(2)))
struct POP3InteropTests {
    private let servers: InteropServers

    init() throws {
        servers = try #require(InteropServers.current)
    }

    private func connected<Value>(
        _ security: Endpoint.Security = .tls, _ body: (POP3Client) async throws -> Value
    ) async throws -> Value {
        var configuration = POP3Client.Configuration()
        configuration.transport = servers.transport
        return try await POP3Client.withConnection(to: servers.pop3(security), configuration: configuration) { pop in
            _ = try await pop.authenticate(servers.credential(other: true))
            return try await body(pop)
        }
    }

    /// Submits a message with lines of dots to the account, and waits until the maildrop has one more.
    private func deliver(_ subject: String) async throws -> Message {
        let author = try MailboxAddress("Wilma", servers.user(other: true))
        let text = (0..<2000).map { "\($0 % 3 == 0 ? "." : "")line \($0)" }.joined(separator: "\n")
        let draft = MessageDraft(from: author, to: [author], subject: subject, text: text)
        let message = try draft.message()
        let before = try await connected { pop in try await pop.statistics().messageCount }
        var configuration = SMTPClient.Configuration()
        configuration.transport = servers.transport
        _ = try await SMTPClient.withConnection(to: servers.smtp(), configuration: configuration) { smtp in
            _ = try await smtp.authenticate(servers.credential(other: true))
            return try await smtp.send(message)
        }
        for _ in 0..<100 {
            let now = try await connected { pop in try await pop.statistics().messageCount }
            if now > before { return message }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the message did not arrive")
        return message
    }

    @Test(arguments: [Endpoint.Security.tls, .startTLS])
    func `lists, identifies, looks at the top of and retrieves what was sent`(security: Endpoint.Security) async throws
    {
        let message = try await deliver("POP3 \(security)")
        try await connected(security) { pop in
            #expect(await pop.tlsInformation?.isVerified == true)
            let listing = try #require(try await pop.list().last)
            let identifiers = try await pop.uniqueIdentifiers()
            #expect(identifiers.last?.number == listing.number)
            let octets = try await pop.retrieve(listing.number).collect()
            #expect(octets.count == Int(listing.size))
            let isWhole = octets.suffix(message.octets.count).elementsEqual(message.octets)
            #expect(isWhole)
            let top = try await pop.top(listing.number, lines: 1).collect()
            let isTop = octets.starts(with: top)
            #expect(isTop && top.count < octets.count)
        }
    }

    @Test func `leaving a retrieval early leaves the connection in step`() async throws {
        _ = try await deliver("Early")
        try await connected { pop in
            let listing = try #require(try await pop.list().last)
            for try await _ in try await pop.retrieve(listing.number) { break }
            _ = try await pop.noop()
            #expect(try await pop.statistics().messageCount > 0)
        }
    }

    @Test func `deletions are undone by RSET and done by QUIT`() async throws {
        _ = try await deliver("To be deleted")
        let before = try await connected { pop in
            let listing = try #require(try await pop.list().last)
            _ = try await pop.delete(listing.number)
            _ = try await pop.reset()
            return try await pop.statistics().messageCount
        }
        try await connected { pop in
            #expect(try await pop.statistics().messageCount == before)
            let listing = try #require(try await pop.list().last)
            _ = try await pop.delete(listing.number)
        }
        #expect(try await connected { pop in try await pop.statistics().messageCount } == before - 1)
    }

    @Test func `a wrong password is refused in the server's words, and is not told`() async throws {
        var configuration = POP3Client.Configuration()
        configuration.transport = servers.transport
        let error = await #expect(throws: POP3Error.self) {
            try await POP3Client.withConnection(to: servers.pop3(), configuration: configuration) { pop in
                try await pop.authenticate(.password(user: servers.user(), Secret("Xq7-wrong")))
            }
        }
        #expect(error?.description.contains("Authentication failed") == true)
        #expect(error?.description.contains("Xq7") == false)
    }

    @Test func `a message that is not there is refused, and the connection stays`() async throws {
        try await connected { pop in
            let error = await #expect(throws: POP3Error.self) { try await pop.retrieve(1_000_000).collect() }
            #expect(error?.connectionIsUsable == true)
            _ = try await pop.noop()
        }
    }
}
