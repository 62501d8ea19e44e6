import MailTestKit
import MailTransport
import Testing

/// A server that sends its user elsewhere (RFC 2221, RFC 2193; 551 of RFC 5321 §3.4; a greeting that names another) is not followed: nothing
/// goes to anybody the caller did not name.
@Suite(.timeLimit(.minutes(1))) struct ReferralTests {
    @Test(arguments: FullSession.all) func `nobody follows`(session: FullSession) async throws {
        let way = try FaultyWay()
        let elsewhere = try ScriptedServer.start(within: .seconds(60), script: [.ignoreRest])
        let place = "127.0.0.1:\(elsewhere.port)"
        let answers: [String] =
            switch session.name {
            case "SMTP": ["551 5.1.6 log in at <\(place)>\r\n", "432 4.7.12 see smtp://\(place)/\r\n"]
            case "POP3":
                ["-ERR [AUTH] log in at pop://fred@\(place)\r\n", "-ERR [REFERRAL pop://fred@\(place)/] moved\r\n"]
            default:
                [
                    "aaaaaaaaaaaaa1 NO [REFERRAL imap://fred@\(place)/] log in there\r\n",
                    "* BYE [REFERRAL imap://fred@\(place)/] moved\r\n",
                ]
            }
        let login = try #require(session.exchanges.firstIndex { $0.said.contains("PLAIN") || $0.said.contains("PASS") })
        for answer in answers {
            let server = try ScriptedServer.start(
                within: .seconds(60),
                script: session.script(upTo: login) + [
                    .expect(session.exchanges[login].said), .send(answer), .ignoreRest,
                ])
            do {
                let got = try await session.run(
                    .plaintext("127.0.0.1", port: server.port), way.transport, .seconds(60))
                Issue.record("\(answer): \(got)")
            } catch {
                // Where to is the server's word, for whoever wants to ask the user.
                #expect("\(error)".contains("\(elsewhere.port)"), "\(error)")
            }
            _ = await server.conversations()
        }
        let visits = await elsewhere.conversations()
        #expect(visits[0].failure?.message == "only 0 of 1 connections were made")
        await way.expectNothingLeft()
    }
}
