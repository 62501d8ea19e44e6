import MailTestKit
import Testing

@testable import MailTransport

/// Who takes mail for a domain (RFC 5321 §5.1, RFC 7505).
@Suite(.timeLimit(.minutes(1))) struct MailExchangerTests {
    private func exchangers(_ answer: ZoneAnswer?, of domain: String = "example.org") async throws -> [MailExchanger] {
        let server = try ScriptedNameServer(
            answer.map { [(name: "example.org", type: UInt16(15), answer: $0)] } ?? [])
        return try await MailExchanger.exchangers(of: domain, resolver: server.resolver)
    }

    @Test func `by preference, and by lot among equals`() async throws {
        let answer = ZoneAnswer.records([
            .mailExchanger(20, "c.example.org"), .mailExchanger(10, "A.example.org"),
            .mailExchanger(10, "b.example.org"),
        ])
        var orders: Set<[String]> = []
        for _ in 0..<64 where orders.count < 2 { orders.insert(try await exchangers(answer).map(\.host)) }
        #expect(orders.allSatisfy { Set($0.prefix(2).map { $0.lowercased() }) == ["a.example.org", "b.example.org"] })
        #expect(orders.allSatisfy { $0.last == "c.example.org" })
        #expect(orders.count == 2)
    }

    @Test func `without a record the domain is its own exchanger`() async throws {
        let exchangers = try await exchangers(.records([]))
        #expect(exchangers == [MailExchanger(preference: 0, host: "example.org", isImplicit: true)])
    }

    @Test func `a null MX takes no mail; a record that names no host is no licence to guess`() async throws {
        let null = await #expect(throws: TransportError.self) {
            try await exchangers(.records([.mailExchanger(0, ".")]))
        }
        #expect(null?.kind == .serviceNotOffered)
        let useless = await #expect(throws: TransportError.self) {
            try await exchangers(.records([.mailExchanger(0, "192.0.2.1")]))
        }
        #expect(useless?.kind == .resolutionFailed)
    }

    @Test func `a domain that does not exist, one that nobody knows, and what is none`() async throws {
        let missing = await #expect(throws: TransportError.self) { try await exchangers(.responseCode(3)) }
        #expect(missing?.kind == .hostNotFound)
        let unknown = await #expect(throws: TransportError.self) { try await exchangers(.responseCode(2)) }
        #expect(unknown?.kind == .resolutionFailed)
        let none = await #expect(throws: TransportError.self) { try await exchangers(nil, of: "a b") }
        #expect(none?.kind == .invalidEndpoint)
    }
}
