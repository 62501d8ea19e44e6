import ArgumentParser
import MailTestKit
import MailTransport
import Testing

@testable import MailwireCLI

@Suite("mailwire discover", .timeLimit(.minutes(1))) struct DiscoverTests {
    private func account(_ zone: [(String, ZoneAnswer)], guesses: Bool = false) async throws -> DiscoveredAccount {
        let server = try ScriptedNameServer(
            zone.map { name, answer in (name: "\(name)._tcp.example.org", type: UInt16(33), answer: answer) })
        var configuration = AccountDiscovery.Configuration()
        configuration.resolver = server.resolver
        configuration.suggestsGuesses = guesses
        return try await AccountDiscovery.discover(for: "fred@example.org", configuration: configuration)
    }

    @Test("people get columns, and what is to be known")
    func text() async throws {
        let account = try await account([
            ("_imaps", .records([.service(0, 1, 993, "imap.hoster.example")])),
            ("_submission", .records([.service(10, 5, 587, "smtp.example.org")])),
            ("_pop3s", .records([.service(0, 0, 0, ".")])), ("_pop3", .responseCode(2)),
        ])
        let lines = DiscoverReport(account).text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(
            lines[0]
                == "imaps       imap.hoster.example:993  TLS       priority 0   outside example.org: to be confirmed")
        #expect(lines[1] == "submission  smtp.example.org:587     STARTTLS  priority 10")
        #expect(lines[2] == "example.org says that it does not offer pop3s.")
        #expect(lines[3].hasPrefix("No answer on pop3: ") && lines[3].contains("SERVFAIL"))
    }

    @Test("programs get an object")
    func json() async throws {
        let account = try await account([
            ("_submissions", .records([.service(1, 2, 465, "smtp.example.org")])),
            ("_imap", .records([.service(0, 0, 0, ".")])),
        ])
        #expect(
            DiscoverReport(account).json.text == """
                {"domain":"example.org","services":[{"service":"submissions","host":"smtp.example.org","port":465,\
                "security":"tls","priority":1,"weight":2,"isGuess":false,"isAuthenticated":false,\
                "needsConfirmation":false,"acceptedNames":["smtp.example.org","example.org"]}],\
                "notOffered":["imap"],"unanswered":{}}
                """)
    }

    @Test("a domain without servers says so")
    func nothing() async throws {
        #expect(DiscoverReport(try await account([])).text == "example.org names no mail servers.\n")
    }

    @Test(
        "name servers",
        arguments: [
            ("192.0.2.1", "192.0.2.1", 53), ("192.0.2.1:5353", "192.0.2.1", 5353), ("2001:db8::1", "2001:db8::1", 53),
            ("[2001:db8::1]", "2001:db8::1", 53), ("[2001:db8::1]:5353", "2001:db8::1", 5353),
        ] as [(String, String, UInt16)])
    func nameServers(_ text: String, _ address: String, _ port: UInt16) throws {
        #expect(try NameServerArgument.parse(text) == NameServer(address, port: port))
    }

    @Test(
        "what is wrong is refused",
        arguments: [
            ["a.example", "--name-server", "dns.example"], ["a.example", "--name-server", "192.0.2.1:0"],
            ["a.example", "--name-server", "[::1"], ["a.example", "--name-server", "[::1]x"],
            ["a.example", "--name-server", ""],
            ["a.example", "--timeout", "0"], [],
            ["a.example"] + [[String]](repeating: ["--name-server", "192.0.2.1"], count: 4).flatMap { $0 },
        ])
    func wrong(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try DiscoverCommand.parse(arguments) }
    }
}
