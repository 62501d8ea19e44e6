import MailTestKit
import MailTransport
import Octets
import Testing

/// Whole sessions through each kind of proxy, which sees names and no secrets, and over Unix-domain sockets.
@Suite(.timeLimit(.minutes(2))) struct ProxySessionTests {
    static let kinds: [Proxy.Kind] = [.socks5, .socks4a, .httpConnect]

    @Test(arguments: FullSession.all, kinds) func `a session goes through, and TLS is with the server behind`(
        session: FullSession, kind: Proxy.Kind
    ) async throws {
        for secured in [false, true] {
            var profile = CertificateProfile.loopback
            profile.names = ["mail.example.org"]
            let identity = secured ? try CertificateWorld.get().root.issue(profile) : nil
            var way = try FaultyWay(trusts: secured)
            let server = try ScriptedServer.start(
                tls: identity, within: .seconds(60), script: session.script + [.ignoreRest])
            var behaviour = ScriptedProxy.Behaviour()
            behaviour.user = kind == .socks4a ? nil : "fred"
            behaviour.password = "Xq7-proxy"
            behaviour.hosts = ["mail.example.org": "127.0.0.1"]
            let proxy = try ScriptedProxy(kind, behaviour)
            way.transport.proxy = proxy.proxy
            let endpoint = Endpoint(
                host: "mail.example.org", port: server.port, security: secured ? .tls : .plaintext)
            let got = try await session.run(endpoint, way.transport, .seconds(60))
            #expect(got == session.result)
            let conversation = try await server.finish()[0]
            #expect(conversation.serverName == (secured ? "mail.example.org" : nil))
            // The name goes to the proxy as it is: nobody here resolves it.
            #expect(proxy.requests.map(\.host) == ["mail.example.org"])
            #expect(!proxy.requests.contains { !$0.isName })
            await way.expectNothingLeft()
        }
    }

    @Test(arguments: FullSession.all, kinds) func `a proxy that refuses, or is silent, gets nothing of the session`(
        session: FullSession, kind: Proxy.Kind
    ) async throws {
        for isSilent in [false, true] {
            var way = try FaultyWay()
            way.transport.connectTimeout = isSilent ? .milliseconds(200) : .seconds(60)
            let server = try ScriptedServer.start(within: .seconds(60), script: [.ignoreRest])
            var behaviour = ScriptedProxy.Behaviour()
            behaviour.isSilent = isSilent
            behaviour.reply =
                switch kind {
                case .socks5: [5, 2, 0, 1, 0, 0, 0, 0, 0, 0]
                case .socks4a: [0, 91, 0, 0, 0, 0, 0, 0]
                case .httpConnect: Array("HTTP/1.1 403 Forbidden\r\n\r\n".utf8)
                }
            let proxy = try ScriptedProxy(kind, behaviour)
            way.transport.proxy = proxy.proxy
            do {
                let got = try await session.run(
                    .plaintext("mail.example.org", port: server.port), way.transport, .seconds(60))
                Issue.record("\(got)")
            } catch {
                let kind = FaultyWay.kind(of: error)
                #expect(kind == (isSilent ? "timedOut" : "proxyRefused"), "\(error)")
            }
            #expect(await server.conversations()[0].failure?.message == "only 0 of 1 connections were made")
            await way.expectNothingLeft()
        }
    }
}
