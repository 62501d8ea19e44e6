import MailTestKit
import Testing

@testable import MailTransport

/// The C library's resolver against a name server of ours, over loopback.
@Suite(.timeLimit(.minutes(2))) struct DNSLookupTests {
    private static let service: UInt16 = 33

    private func ask(
        _ server: ScriptedNameServer, _ name: String = "_imaps._tcp.example.org", _ kind: DNSRecord.Kind = .srv,
        _ change: (inout ResolverConfiguration) -> Void = { _ in }
    ) async throws -> Result<DNSLookup.Answer, TransportError> {
        var resolver = server.resolver
        change(&resolver)
        let (asked, configuration) = (try #require(DNSName(name)), resolver)
        // It blocks, so that it has a thread of its own.
        let reply = SharedReply<Result<DNSLookup.Answer, TransportError>>()
        BlockingWork.run {
            reply.resolve(.success(DNSLookup.ask(asked, kind, configuration)))
        } refused: { error in
            reply.resolve(.failure(error))
        }
        return try await reply.value(during: "test", within: .seconds(60), on: try EventLoop()).get()
    }

    private func zone(_ answer: ZoneAnswer) throws -> ScriptedNameServer {
        try ScriptedNameServer([("_imaps._tcp.example.org", Self.service, answer)])
    }

    @Test func `records are found, and the name is asked for once`() async throws {
        let server = try zone(
            .records([.service(0, 1, 993, "imap.example.org"), .service(1, 0, 993, "two.example.org")]))
        let answer = try await ask(server).get()
        #expect(answer.records.count == 2)
        #expect(!answer.isAuthenticated)
        #expect(
            server.questions == [.init(name: "_imaps._tcp.example.org", type: Self.service, isOverTCP: false)])
    }

    @Test func `a name that does not exist says so; one without such records has none`() async throws {
        let server = try zone(.records([]))
        #expect(try await ask(server).get().records.isEmpty)
        let missing = try await ask(server, "_imap._tcp.example.org")
        #expect(throws: TransportError.self) { try missing.get() }
        #expect(missing.failure?.kind == .hostNotFound)
    }

    @Test(arguments: [(2, "SERVFAIL"), (5, "REFUSED"), (1, "FORMERR"), (4, "NOTIMP")] as [(UInt8, String)])
    func `a server that cannot or will not is quoted`(code: UInt8, word: String) async throws {
        let failure = try #require(try await ask(try zone(.responseCode(code))).failure)
        #expect(failure.kind == .resolutionFailed)
        #expect(failure.description.contains(word), "\(failure)")
        #expect(failure.description.contains("_imaps._tcp.example.org"))
    }

    @Test func `a server that never answers is given up`() async throws {
        let server = try zone(.silence)
        let failure = try #require(try await ask(server).failure)
        #expect(failure.kind == .resolutionFailed)
        #expect(failure.description.contains("no name server answered"), "\(failure)")
    }

    @Test func `the next server is asked where the first says nothing`() async throws {
        let silent = try zone(.silence)
        let good = try zone(.records([.service(0, 1, 993, "imap.example.org")]))
        let answer = try await ask(silent) { $0.nameServers = [silent.nameServer, good.nameServer] }.get()
        #expect(answer.records.count == 1)
        #expect(silent.questions.count == 1)
    }

    @Test func `an answer that was cut is asked for again over TCP`() async throws {
        let many = (0..<1000).map { ZoneRecord.service(UInt16($0), 0, 993, "imap\($0).example.org") }
        let server = try zone(.records(many))
        #expect(try await ask(server).get().records.count == 1000)
        #expect(server.questions.map(\.isOverTCP) == [false, true])
    }

    @Test(
        arguments: [
            [], [0x81], [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], [UInt8](repeating: 0xFF, count: 400),
            Array("HTTP/1.1 200 OK\r\n\r\n".utf8), [UInt8](repeating: 0, count: 12),
        ] as [[UInt8]])
    func `garbage is an error, no record and no harm`(octets: [UInt8]) async throws {
        let server = try zone(.octets(octets))
        let failure = try #require(try await ask(server).failure)
        #expect(failure.kind == .resolutionFailed, "\(failure)")
    }

    @Test func `an answer whose records are broken is an error`() async throws {
        let server = try zone(.records([ZoneRecord(type: Self.service, data: [0, 1, 0])]))
        let failure = try #require(try await ask(server).failure)
        #expect(failure.kind == .resolutionFailed)
        #expect(failure.description.contains("malformed"), "\(failure)")
    }

    @Test func `aliases are followed, and a circle of them leads nowhere`() async throws {
        let server = try ScriptedNameServer([
            (
                "good.example.org", 1,
                .records([
                    .alias(to: "b.example.org"), .alias(to: "c.example.org").about("b.example.org"),
                    .address("192.0.2.1").about("c.example.org"),
                ])
            ),
            (
                "bad.example.org", 1,
                .records([.alias(to: "b.example.org"), .alias(to: "bad.example.org").about("b.example.org")])
            ),
        ])
        let good = try await ask(server, "good.example.org", .a).get()
        #expect(good.records.map(\.value) == [.address(try #require(IPAddress("192.0.2.1")))])
        #expect(try await ask(server, "bad.example.org", .a).get().records.isEmpty)
    }

    @Test func `a word for DNSSEC counts where the way to the server is trusted, and only there`() async throws {
        let server = try zone(.authenticated([.service(0, 1, 993, "imap.example.org")]))
        #expect(try await ask(server).get().isAuthenticated == false)
        #expect(try await ask(server) { $0.trustsAuthenticData = true }.get().isAuthenticated)
        let plain = try zone(.records([.service(0, 1, 993, "imap.example.org")]))
        #expect(try await ask(plain) { $0.trustsAuthenticData = true }.get().isAuthenticated == false)
    }

    @Test func `an IPv6 server can be asked, and what is no address is refused`() async throws {
        let server = try zone(.records([.service(0, 1, 993, "imap.example.org")]))
        // Nobody is at ::1; the second server is.
        let answer = try await ask(server) {
            $0.nameServers = [NameServer("::1", port: server.port), server.nameServer]
        }
        #expect(try answer.get().records.count == 1)
        let failure = try await ask(server) { $0.nameServers = [NameServer("ns.example.org")] }.failure
        #expect(failure?.kind == .invalidEndpoint)
    }

    @Test func `addresses come from the servers that were given, localhost from nobody`() async throws {
        let server = try ScriptedNameServer([
            ("mail.example.org", 1, .records((0..<300).map { .address("127.0.\($0 / 100).\($0 % 100 + 1)") })),
            ("mail.example.org", 28, .records([.address("::1")])),
        ])
        let four = try HostLookup.addresses(of: "mail.example.org", .ipv4, server.resolver).get()
        #expect(four.count == 64)
        #expect(
            try HostLookup.addresses(of: "mail.example.org", .ipv6, server.resolver).get().map(\.description) == ["::1"]
        )
        let missing = HostLookup.addresses(of: "none.example.org", .ipv6, server.resolver)
        #expect(missing.failure?.kind == .hostNotFound)
        let before = server.questions.count
        #expect(
            try HostLookup.addresses(of: "x.LocalHost", .ipv4, server.resolver).get().map(\.description) == [
                "127.0.0.1"
            ])
        #expect(server.questions.count == before)
    }
}

extension Result {
    /// The error; nil for a success.
    var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
