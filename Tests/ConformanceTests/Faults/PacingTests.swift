import MailTestKit
import MailTransport
import Testing

/// However octets arrive, a session is the same; and whatever they trickle, deadlines come.
@Suite(.timeLimit(.minutes(3))) struct PacingTests {
    @Test(arguments: FullSession.all, [false, true]) func `every octet of the server's alone`(
        session: FullSession, secured: Bool
    ) async throws {
        let way = try FaultyWay(trusts: secured)
        let identity =
            secured
            ? try CertificateWorld.get().root.issue().serving { $0.delivery = .pieces(octets: 1, pause: .zero) } : nil
        let script = session.exchanges.flatMap { said, answered in
            (said.isEmpty ? [] : [ScriptStep.expect(said)]) + [.sendSlowly(answered, pause: .zero)]
        }
        let server = try ScriptedServer.start(tls: identity, within: .seconds(60), script: script + [.ignoreRest])
        let got = try await session.run(
            FaultyWay.endpoint(server.port, secured: secured), way.transport, .seconds(60))
        #expect(got == session.result)
        try await server.finish()
        await way.expectNothingLeft()
    }

    @Test(arguments: FullSession.all, [false, true]) func `silence in place of any answer`(
        session: FullSession, secured: Bool
    ) async throws {
        let identity = secured ? try CertificateWorld.get().root.issue() : nil
        let way = try FaultyWay(trusts: secured)
        let limit = Duration.milliseconds(150)
        for count in 0..<(session.exchanges.count - session.courtesies) {
            let said = session.exchanges[count].said
            let server = try ScriptedServer.start(
                tls: identity, within: .seconds(60),
                script: session.script(upTo: count) + (said.isEmpty ? [] : [.expect(said)]) + [.ignoreRest])
            try await expectLate(
                session, FaultyWay.endpoint(server.port, secured: secured), way, limit, "answer \(count)")
            _ = await server.conversations()
        }
        await way.expectNothingLeft()
    }

    /// The deadline of an answer is not renewed by its octets (D17): the server never stops, and never comes to the end.
    @Test(arguments: FullSession.all) func `octets that trickle in without an end`(session: FullSession) async throws {
        let way = try FaultyWay()
        let limit = Duration.milliseconds(300)
        let endless: String =
            switch session.name {
            case "SMTP": String(repeating: "250-x\r\n", count: 4000)
            case "POP3": "+OK\r\n" + String(repeating: "X\r\n", count: 4000)
            default: String(repeating: "* OK x\r\n", count: 4000)
            }
        // In place of the answer to the first command that asks for anything: EHLO, CAPA, AUTHENTICATE.
        let server = try ScriptedServer.start(
            within: .seconds(60),
            script: session.script(upTo: 1) + [
                .expect(session.exchanges[1].said),
                .sendSlowly(endless, pause: .milliseconds(10), mayBeCutShort: true), .ignoreRest,
            ])
        try await expectLate(session, .plaintext("127.0.0.1", port: server.port), way, limit, "trickle")
        _ = await server.conversations()
        await way.expectNothingLeft()
    }

    /// The watch over what moves is the transport's, so that it holds for every protocol: nothing for so long is a stall, and less than
    /// the minimum rate is too.
    @Test(arguments: FullSession.all, ["first octet", "stall", "rate"]) func `what moves is watched`(
        session: FullSession, watch: String
    ) async throws {
        var way = try FaultyWay()
        switch watch {
        case "first octet": way.transport.firstOctetTimeout = .milliseconds(150)
        case "stall": way.transport.stallTimeout = .milliseconds(150)
        default:
            way.transport.minimumRate = 2000
            way.transport.rateInterval = .milliseconds(200)
        }
        let answer = session.exchanges[1].answered
        let half = String(answer.prefix(answer.count / 2))
        let steps: [ScriptStep] =
            switch watch {
            case "first octet": []
            case "stall": [.send(half)]
            default:
                [.sendSlowly(half, pause: .milliseconds(20), mayBeCutShort: true)]
            }
        let server = try ScriptedServer.start(
            within: .seconds(60),
            script: session.script(upTo: 1) + [.expect(session.exchanges[1].said)] + steps + [.ignoreRest])
        try await expectLate(
            session, .plaintext("127.0.0.1", port: server.port), way, .seconds(3600), watch,
            atLeast: .milliseconds(150))
        _ = await server.conversations()
        await way.expectNothingLeft()
    }

    private func expectLate(
        _ session: FullSession, _ endpoint: Endpoint, _ way: FaultyWay, _ limit: Duration, _ what: String,
        atLeast least: Duration? = nil
    ) async throws {
        let began = ContinuousClock.now
        let comment = Comment(rawValue: "\(session.name), \(what)")
        do {
            let got = try await session.run(endpoint, way.transport, limit)
            Issue.record("\(comment): \(got)")
        } catch {
            #expect(
                ["timedOut", "deletionsUnconfirmed", "deliveryUnknown"].contains(FaultyWay.kind(of: error)), comment)
        }
        let took = ContinuousClock.now - began
        #expect(took >= least ?? limit, comment)
    }
}
