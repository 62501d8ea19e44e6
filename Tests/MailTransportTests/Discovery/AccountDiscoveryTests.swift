import MailTestKit
import Testing

@testable import MailTransport

/// What a domain says of its servers (RFC 6186, RFC 8314 §5.1), against a name server on the loopback.
@Suite(.timeLimit(.minutes(2))) struct AccountDiscoveryTests {
    private static let srv: UInt16 = 33

    private func server(_ zone: [(String, ZoneAnswer)]) throws -> ScriptedNameServer {
        try ScriptedNameServer(
            zone.map { name, answer in (name: "\(name)._tcp.example.org", type: Self.srv, answer: answer) })
    }

    private func discover(
        _ server: ScriptedNameServer, _ address: String = "fred@example.org",
        _ change: (inout AccountDiscovery.Configuration) -> Void = { _ in }
    ) async throws -> DiscoveredAccount {
        var configuration = AccountDiscovery.Configuration()
        configuration.resolver = server.resolver
        change(&configuration)
        return try await AccountDiscovery.discover(for: address, configuration: configuration)
    }

    @Test func `all services, in the order they should be tried`() async throws {
        let server = try server([
            ("_imaps", .records([.service(0, 1, 993, "imap.example.org")])),
            ("_imap", .records([.service(0, 1, 143, "imap.example.org")])),
            ("_pop3s", .records([.service(10, 1, 995, "pop.example.org")])),
            ("_pop3", .records([.service(10, 1, 110, "pop.example.org")])),
            ("_submissions", .records([.service(0, 1, 465, "smtp.example.org")])),
            ("_submission", .records([.service(0, 1, 587, "smtp.example.org")])),
        ])
        let account = try await discover(server, "Fred@EXAMPLE.org")
        #expect(account.domain == "example.org")
        #expect(account.access.map(\.service) == [.imaps, .imap, .pop3s, .pop3])
        #expect(account.submission.map(\.service) == [.submissions, .submission])
        #expect(account.access.map(\.endpoint.port) == [993, 143, 995, 110])
        #expect(account.access.map(\.endpoint.security) == [.tls, .startTLS, .tls, .startTLS])
        #expect(account.services.allSatisfy { !$0.needsConfirmation && !$0.isGuess && !$0.isAuthenticated })
        #expect(account.notOffered.isEmpty && account.unanswered.isEmpty)
        #expect(server.questions.count == 6)
    }

    @Test func `the domain's preference comes before TLS, and TLS before STARTTLS`() async throws {
        let server = try server([
            ("_imaps", .records([.service(20, 1, 993, "late.example.org")])),
            ("_imap", .records([.service(10, 1, 143, "early.example.org")])),
            ("_pop3s", .records([.service(10, 1, 995, "early.example.org")])),
        ])
        #expect(try await discover(server).access.map(\.service) == [.pop3s, .imap, .imaps])
    }

    @Test func `a service may be refused, or lead nowhere`() async throws {
        let server = try server([
            ("_imaps", .records([.service(0, 0, 0, ".")])),
            ("_imap", .records([.service(0, 0, 0, "imap.example.org"), .service(0, 0, 143, "127.0.0.1")])),
            ("_pop3s", .records([])),
        ])
        let account = try await discover(server)
        #expect(account.services.isEmpty)
        #expect(account.notOffered == [.imaps])
        #expect(account.unanswered.isEmpty)
    }

    @Test func `what nobody answered is told, beside what there is`() async throws {
        let server = try server([
            ("_imaps", .records([.service(0, 1, 993, "imap.example.org")])), ("_imap", .responseCode(2)),
            ("_pop3s", .silence),
        ])
        let account = try await discover(server)
        #expect(account.access.map(\.service) == [.imaps])
        #expect(Set(account.unanswered.keys) == [.imap, .pop3s])
        #expect(account.unanswered[.imap]?.kind == .resolutionFailed)
    }

    @Test func `no answer at all is an error; no record at all is none`() async throws {
        let none = try server([])
        #expect(try await discover(none).services.isEmpty)
        let broken = try server(MailService.allCases.map { ("_\($0.label)", .responseCode(2)) })
        let error = await #expect(throws: TransportError.self) { try await discover(broken) }
        #expect(error?.kind == .resolutionFailed)
    }

    @Test(arguments: ["", "@", "fred@", "fred@a b", "fred@[192.0.2.1]", "fred@192.0.2.1", "fred@a\r\nb", "fred@a..b"])
    func `an address without a domain is refused, and nobody is asked`(address: String) async throws {
        let server = try server([])
        let error = await #expect(throws: TransportError.self) { try await discover(server, address) }
        #expect(error?.kind == .invalidEndpoint)
        #expect(server.questions.isEmpty)
    }

    @Test func `a thousand records are not all looked at`() async throws {
        let many = (0..<1000).map { ZoneRecord.service(UInt16($0), 1, 993, "h\($0).example.org") }
        let account = try await discover(try server([("_imaps", .records(many))]))
        #expect(account.access.count == 100)
        #expect(account.access.first?.endpoint.host == "h0.example.org")
        #expect(account.access.last?.endpoint.host == "h99.example.org")
    }

    @Test func `cancelling comes back at once though nobody answers`() async throws {
        let server = try server(MailService.allCases.map { ("_\($0.label)", .silence) })
        let task = Task { try await discover(server) { $0.timeout = .seconds(3600) } }
        while server.questions.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        let began = ContinuousClock.now
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        // The name server would be given up after two seconds, and asked again.
        #expect(ContinuousClock.now - began < .seconds(2))
    }

    @Test func `the timeout is for all of it`() async throws {
        let server = try server(MailService.allCases.map { ("_\($0.label)", .silence) })
        let began = ContinuousClock.now
        let error = await #expect(throws: TransportError.self) {
            try await discover(server) { $0.timeout = .milliseconds(200) }
        }
        #expect(error?.kind == .timedOut)
        #expect(ContinuousClock.now - began >= .milliseconds(200))
    }

    // MARK: Whom to believe

    @Test func `a host elsewhere needs somebody's word`() async throws {
        let server = try server([
            ("_imaps", .records([.service(0, 1, 993, "imap.hoster.example")])),
            ("_submissions", .records([.service(0, 1, 465, "smtp.example.org")])),
        ])
        let account = try await discover(server)
        let elsewhere = try #require(account.access.first)
        #expect(elsewhere.needsConfirmation)
        #expect(elsewhere.endpoint.referenceNames?.hosts == ["example.org"])
        #expect(elsewhere.endpoint.referenceNames?.services == ["_imaps.example.org"])
        let confirmed = elsewhere.confirmed()
        #expect(!confirmed.needsConfirmation)
        #expect(confirmed.endpoint.referenceNames?.hosts == ["imap.hoster.example", "example.org"])
        let within = try #require(account.submission.first)
        #expect(!within.needsConfirmation)
        #expect(within.endpoint.referenceNames?.hosts == ["smtp.example.org", "example.org"])
    }

    @Test func `DNSSEC's word counts from servers that may be believed alone`() async throws {
        let server = try server([("_imaps", .authenticated([.service(0, 1, 993, "imap.hoster.example")]))])
        let doubted = try await discover(server).access
        #expect(doubted.map(\.isAuthenticated) == [false])
        #expect(doubted.map(\.needsConfirmation) == [true])
        let believed = try await discover(server) { $0.resolver.trustsAuthenticData = true }.access
        #expect(believed.map(\.isAuthenticated) == [true])
        #expect(believed.map(\.needsConfirmation) == [false])
    }

    /// RFC 6186 §6, RFC 7817 §3: who forges the record has a good certificate for the host of the record.
    @Test func `a certificate for the host alone does not do`() async throws {
        let authority = try TestCertificateAuthority()
        let names = try server([("_imaps", .records([.service(0, 1, 993, "imap.hoster.example")]))])
        let found = try #require(try await discover(names).access.first)
        var host = CertificateProfile.loopback
        host.names = ["imap.hoster.example"]
        var domain = CertificateProfile.loopback
        domain.names = ["example.org"]
        var service = CertificateProfile.loopback
        service.names = []
        service.services = ["_imaps.example.org"]
        for (profile, asFound, asConfirmed) in [(host, false, true), (domain, true, true), (service, true, true)] {
            for (account, isGood) in [(found, asFound), (found.confirmed(), asConfirmed)] {
                let server = try ScriptedServer.start(
                    tls: try authority.issue(profile), script: [.send("hello\r\n"), .ignoreRest])
                var transport = TransportConfiguration()
                transport.tls.roots = .memory(Array(authority.pem.utf8))
                transport.resolver.lookups = HostLookups(limit: 8, patience: .seconds(5)) { _, _ in
                    .success([IPAddress("127.0.0.1")].compactMap { $0 })
                }
                var endpoint = Endpoint(host: account.endpoint.host, port: server.port, security: .tls)
                endpoint.referenceNames = account.endpoint.referenceNames
                do {
                    let line = try await Connection.withConnection(to: endpoint, configuration: transport) {
                        try await $0.receiveLine(within: .seconds(30))
                    }
                    #expect(isGood && line == Array("hello".utf8), "\(profile.names)")
                } catch let error as TransportError {
                    #expect(!isGood && error.kind == .certificateNameMismatch, "\(profile.names): \(error)")
                }
            }
        }
    }

    // MARK: Guesses

    @Test func `guesses are made when asked for, of what is unknown, and say so`() async throws {
        let server = try ScriptedNameServer([
            (name: "_imaps._tcp.example.org", type: 33, answer: .records([.service(0, 1, 993, "imap.example.org")])),
            (name: "_pop3s._tcp.example.org", type: 33, answer: .records([.service(0, 0, 0, ".")])),
            (name: "mail.example.org", type: 1, answer: .records([.address("192.0.2.1")])),
        ])
        #expect(try await discover(server).submission.isEmpty)
        let account = try await discover(server) { $0.suggestsGuesses = true }
        #expect(account.submission.map(\.endpoint).map(\.host) == ["mail.example.org"])
        #expect(account.submission.map(\.isGuess) == [true])
        #expect(account.access.map(\.isGuess) == [false])
    }
}
