import MailTestKit
import MailTransport
import Testing

/// What was said before TLS can be anybody's: it is never shown as the server's.
@Suite(.timeLimit(.minutes(2))) struct UntrustedWordsTests {
    private static let lure = "call +1 555 0100 to unlock your account"
    private static let mark = "somebody said before TLS"

    /// Words of somebody on the way, at each place before TLS that may have some.
    private static func lures(_ way: ProtocolOverTLS) -> [[ScriptStep]] {
        let opening = way.plaintextOpening
        let begun = opening.dropLast().flatMap(\.steps)
        let tag = ProtocolOverTLS.tag(1)
        return switch way.name {
        case .smtp:
            [
                [.send("554 \(lure)\r\n")], [.send("421 \(lure)\r\n")],
                begun + [.expect("STARTTLS\r\n"), .send("454 4.7.0 \(lure)\r\n")],
            ]
        case .pop3:
            [[.send("-ERR \(lure)\r\n")], begun + [.expect("STLS\r\n"), .send("-ERR [SYS/TEMP] \(lure)\r\n")]]
        case .imap4:
            [
                [.send("* BYE [ALERT] \(lure)\r\n")],
                begun + [.expect("\(tag) STARTTLS\r\n"), .send("\(tag) NO [ALERT] \(lure)\r\n")],
                begun + [.expect("\(tag) STARTTLS\r\n"), .send("\(tag) BAD \(lure)\r\n")],
            ]
        }
    }

    @Test(arguments: ProtocolOverTLS.Name.allCases)
    func `errors say that their words came before TLS`(name: ProtocolOverTLS.Name) async throws {
        let way = ProtocolOverTLS(name: name, isUpgrade: true)
        for script in Self.lures(way) {
            let faulty = try FaultyWay(trusts: true)
            let server = try ScriptedServer.start(within: .seconds(60), script: script + [.truncate])
            let failure = await way.run(port: server.port, faulty.transport)
            let story = failure?.story ?? "accepted"
            #expect(story.contains(Self.lure) && story.contains(Self.mark), Comment(rawValue: story))
            await faulty.expectNothingLeft()
        }
    }

    @Test(arguments: ProtocolOverTLS.all)
    func `behind TLS words are the server's, and a greeting from before it is forgotten`(way: ProtocolOverTLS)
        async throws
    {
        let faulty = try FaultyWay(trusts: true)
        let identity = try CertificateWorld.get().root.issue()
        let login = way.login
        let refusal =
            switch way.name {
            case .smtp: "535 5.7.8 wrong\r\n"
            case .pop3: "-ERR [AUTH] wrong\r\n"
            case .imap4: "\(ProtocolOverTLS.tag(way.isUpgrade ? 3 : 1)) NO [ALERT] wrong\r\n"
            }
        let script =
            way.opening(identity) + login.dropLast().flatMap(\.steps)
            + [.expect(login[login.count - 1].said), .send(refusal), .truncate]
        let server = try ScriptedServer.start(within: .seconds(60), script: script)
        let failure = await way.run(port: server.port, faulty.transport, logsIn: false) { client in
            #expect(await client.hasGreeting == !way.isUpgrade)
            try await client.authenticate()
        }
        let story = failure?.story ?? "accepted"
        #expect(story.contains("wrong") && !story.contains(Self.mark), Comment(rawValue: story))
        await faulty.expectNothingLeft()
    }
}
