import MailTestKit
import MailTransport
import Testing

/// Whole sessions through a proxy that does what networks do, in plaintext and with TLS going through it as octets.
@Suite(.timeLimit(.minutes(3))) struct FaultProxySessionTests {
    private static let faults: [Faults] = [
        .bothWays(.delay(.milliseconds(3))), .bothWays(.split(1)), .bothWays(.rate(.octets(40_000))),
        Faults(toClient: .split(3), toServer: .delay(.milliseconds(2))),
    ]

    @Test(arguments: FullSession.all, [false, true]) func `a slow way changes nothing`(
        session: FullSession, secured: Bool
    ) async throws {
        let identity = secured ? try CertificateWorld.get().root.issue() : nil
        let way = try FaultyWay(trusts: secured)
        for faults in Self.faults {
            let server = try ScriptedServer.start(
                tls: identity, within: .seconds(60), script: session.script + [.ignoreRest])
            let proxy = try FaultProxy.start(to: .port(server.port), faults: faults)
            let got = try await session.run(
                FaultyWay.endpoint(proxy.port, secured: secured), way.transport, .seconds(60))
            #expect(got == session.result, "\(faults)")
            try await server.finish()
            await proxy.stop()
        }
        await way.expectNothingLeft()
    }

    /// Wherever TLS is cut, within a record, the handshake or between, an error says so, and what came is not taken for whole.
    @Test(arguments: FullSession.all, [Faults.Ending.close, .reset]) func `TLS is cut anywhere`(
        session: FullSession, ending: Faults.Ending
    ) async throws {
        let identity = try CertificateWorld.get().root.issue()
        let way = try FaultyWay(trusts: true)
        // So many octets the server's side of TLS has at the least; a step that meets every place within a record of this size.
        for count in stride(from: 0, through: 1000, by: 13) {
            let server = try ScriptedServer.start(
                tls: identity, within: .seconds(60), script: session.script + [.ignoreRest])
            let proxy = try FaultProxy.start(
                to: .port(server.port), faults: Faults(toClient: .cut(after: count, ending)))
            let comment = Comment(rawValue: "\(session.name) cut behind \(count)")
            do {
                let got = try await session.run(.tls("localhost", port: proxy.port), way.transport, .seconds(60))
                #expect(got == session.result, comment)
            } catch {
                #expect(!["timedOut", "another error"].contains(FaultyWay.kind(of: error)), comment)
            }
            _ = await server.conversations()
            await proxy.stop()
        }
        await way.expectNothingLeft()
    }

    /// A way that forwards nothing any more is found out by the deadline, though the connection stands.
    @Test(arguments: FullSession.all) func `a black hole`(session: FullSession) async throws {
        let way = try FaultyWay()
        for count in [0, 10, session.length / 2] {
            let server = try ScriptedServer.start(within: .seconds(60), script: session.script + [.ignoreRest])
            let proxy = try FaultProxy.start(
                to: .port(server.port), faults: Faults(toClient: .cut(after: count, .blackHole)))
            let endpoint = Endpoint.plaintext("127.0.0.1", port: proxy.port)
            do {
                let got = try await session.run(endpoint, way.transport, .milliseconds(300))
                Issue.record("\(got)")
            } catch {
                #expect(
                    ["timedOut", "deliveryUnknown", "deletionsUnconfirmed"].contains(FaultyWay.kind(of: error)),
                    "\(count): \(error)")
            }
            await proxy.stop()
            _ = await server.conversations()
        }
        await way.expectNothingLeft()
    }
}
