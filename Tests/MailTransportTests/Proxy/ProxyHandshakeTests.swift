import Glibc
import Logging
import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// Through proxies that really forward, and through those that do not.
@Suite(.timeLimit(.minutes(2))) struct ProxyHandshakeTests {
    private static let kinds: [Proxy.Kind] = [.socks5, .socks4a, .httpConnect]

    private func good(_ kind: Proxy.Kind) -> ScriptedProxy.Behaviour {
        var behaviour = ScriptedProxy.Behaviour()
        behaviour.hosts = ["mail.example.org": "127.0.0.1", "localhost": "127.0.0.1"]
        behaviour.user = "fred"
        behaviour.password = "Xq7-canary"
        return behaviour
    }

    /// Connects, and leaves nothing behind whatever comes of it.
    private func line(
        of endpoint: Endpoint, through proxy: Proxy?, _ change: (inout TransportConfiguration) -> Void = { _ in }
    ) async throws -> String {
        var configuration = TransportConfiguration()
        let loops = try EventLoopGroup(count: 1)
        configuration.loops = loops
        configuration.proxy = proxy
        change(&configuration)
        let result: Result<String, any Error>
        do {
            result = .success(
                try await Connection.withConnection(to: endpoint, configuration: configuration) { connection in
                    String(decoding: try await connection.receiveLine(within: .seconds(20)) ?? [], as: UTF8.self)
                })
        } catch {
            result = .failure(error)
        }
        await withCheckedContinuation { continuation in loops.next.execute { continuation.resume() } }
        #expect(loops.next.holdings.descriptors == 0)
        #expect(loops.next.holdings.timers == 0)
        return try result.get()
    }

    @Test(arguments: kinds, [false, true])
    func `a greeting comes through, also behind the proxy's answer in the same segment`(
        kind: Proxy.Kind, isJoined: Bool
    ) async throws {
        var behaviour = good(kind)
        behaviour.joinsReplyAndServer = isJoined
        let proxy = try ScriptedProxy(kind, behaviour)
        let server = try ScriptedServer.start(script: [.send("* OK ready\r\n"), .ignoreRest])
        let line = try await line(of: .plaintext("mail.example.org", port: server.port), through: proxy.proxy)
        #expect(line == "* OK ready")
        #expect(proxy.requests == [.init(host: "mail.example.org", port: server.port, user: "fred", isName: true)])
    }

    @Test(arguments: kinds) func `an answer that comes octet by octet is the same`(kind: Proxy.Kind) async throws {
        var behaviour = good(kind)
        behaviour.octetsAtOnce = 1
        behaviour.joinsReplyAndServer = true
        let proxy = try ScriptedProxy(kind, behaviour)
        let server = try ScriptedServer.start(script: [.send("* OK ready\r\n"), .ignoreRest])
        let line = try await line(of: .plaintext("mail.example.org", port: server.port), through: proxy.proxy)
        #expect(line == "* OK ready")
    }

    @Test(arguments: kinds) func `TLS goes through, and the server's name is verified, not the proxy's`(
        kind: Proxy.Kind
    ) async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(CertificateProfile(names: ["mail.example.org"], addresses: []))
        let proxy = try ScriptedProxy(kind, good(kind))
        let server = try ScriptedServer.start(
            tls: identity, scripts: [[.send("* OK ready\r\n"), .ignoreRest], [.ignoreRest]])
        let line = try await self.line(of: .tls("mail.example.org", port: server.port), through: proxy.proxy) {
            $0.tls.roots = .file(authority.path)
        }
        #expect(line == "* OK ready")
        let error = await #expect(throws: TransportError.self) {
            _ = try await self.line(of: .tls("localhost", port: server.port), through: proxy.proxy) {
                $0.tls.roots = .file(authority.path)
            }
        }
        #expect(error?.kind == .certificateNameMismatch)
        #expect(await server.conversations().map(\.serverName) == ["mail.example.org", "localhost"])
        withExtendedLifetime(authority) {}
    }

    @Test(arguments: kinds) func `plaintext in front of TLS is no TLS`(kind: Proxy.Kind) async throws {
        var behaviour = good(kind)
        behaviour.joinsReplyAndServer = true
        let proxy = try ScriptedProxy(kind, behaviour)
        let server = try ScriptedServer.start(script: [.send("* OK injected\r\n"), .ignoreRest])
        let error = await #expect(throws: TransportError.self) {
            _ = try await line(of: .tls("mail.example.org", port: server.port), through: proxy.proxy)
        }
        #expect(error?.kind == .plaintextInsteadOfTLS)
    }

    @Test(arguments: kinds) func `a server that is not there is the proxy's to tell`(kind: Proxy.Kind) async throws {
        let closed = try LoopbackListener(connections: 0) { _ in }.port
        let proxy = try ScriptedProxy(kind, good(kind))
        let error = await #expect(throws: TransportError.self) {
            _ = try await line(of: .plaintext("mail.example.org", port: closed), through: proxy.proxy)
        }
        #expect(error?.kind == (kind == .socks5 ? .connectionRefused : .proxyRefused))
        #expect(error?.description.contains("127.0.0.1:\(proxy.port)") == true)
        #expect(error?.proxyReplyCode == [.socks5: 5, .socks4a: 91, .httpConnect: 502][kind])
    }

    @Test(arguments: kinds) func `wrong credentials have a kind of their own, and nobody sees them`(kind: Proxy.Kind)
        async throws
    {
        let proxy = try ScriptedProxy(kind, good(kind))
        var wrong = proxy.proxy
        wrong.user = "barney"
        if kind != .socks4a { wrong.password = Secret("Xq7-wrong") }
        let log = TraceLog()
        let given = wrong
        let error = await #expect(throws: TransportError.self) {
            try await line(of: .plaintext("mail.example.org", port: 1), through: given) { settings in
                settings.logger = log.logger
            }
        }
        #expect(error?.kind == .proxyAuthenticationFailed)
        #expect(proxy.requests.isEmpty)
        let base64 = String(decoding: Base64.encode(Array("barney:Xq7-wrong".utf8).span), as: UTF8.self)
        for text in log.lines + ["\(error as Any)"] {
            #expect(!text.contains("Xq7"), "\(text)")
            #expect(!text.contains(base64), "\(text)")
        }
        // What was said is in the trace, but for the secret.
        if kind != .socks4a {
            #expect(log.lines.contains { $0.contains("C: ") && $0.contains("<redacted>") }, "\(log.lines)")
        }
        #expect(log.lines.contains { $0.contains("S: ") || $0.contains("refused") }, "\(log.lines)")
    }

    @Test(arguments: kinds) func `a proxy that falls silent is given up by the connect deadline`(kind: Proxy.Kind)
        async throws
    {
        var behaviour = good(kind)
        behaviour.isSilent = true
        let proxy = try ScriptedProxy(kind, behaviour)
        let error = await #expect(throws: TransportError.self) {
            _ = try await line(of: .plaintext("mail.example.org", port: 1), through: proxy.proxy) {
                $0.connectTimeout = .milliseconds(300)
            }
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.description.contains("proxy") == true)
    }

    @Test(arguments: kinds) func `a task that waits for a proxy can be cancelled`(kind: Proxy.Kind) async throws {
        var behaviour = good(kind)
        behaviour.isSilent = true
        let proxy = try ScriptedProxy(kind, behaviour)
        let task = Task { _ = try await line(of: .plaintext("mail.example.org", port: 1), through: proxy.proxy) }
        #expect(await eventually { !proxy.requests.isEmpty })
        let clock = ContinuousClock()
        let began = clock.now
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(clock.now - began < .seconds(2))
    }

    @Test(arguments: kinds) func `a proxy that closes or resets is told`(kind: Proxy.Kind) async throws {
        var behaviour = good(kind)
        behaviour.reply = []
        let proxy = try ScriptedProxy(kind, behaviour)
        let closed = await #expect(throws: TransportError.self) {
            _ = try await line(of: .plaintext("mail.example.org", port: 1), through: proxy.proxy)
        }
        #expect(closed?.kind == .closed)
        let resetting = try ScriptedServer.start(script: [.reset])
        let reset = await #expect(throws: TransportError.self) {
            _ = try await line(
                of: .plaintext("mail.example.org", port: 1),
                through: Proxy(kind, host: "127.0.0.1", port: resetting.port))
        }
        #expect([.connectionReset, .closed].contains(reset?.kind), "\(reset as Any)")
    }

    @Test(arguments: kinds) func `a proxy that floods is given up within bounds`(kind: Proxy.Kind) async throws {
        var behaviour = good(kind)
        behaviour.reply = [UInt8](repeating: 0x41, count: 1 << 20)
        let proxy = try ScriptedProxy(kind, behaviour)
        let error = await #expect(throws: TransportError.self) {
            _ = try await line(of: .plaintext("mail.example.org", port: 1), through: proxy.proxy)
        }
        #expect(error?.kind == .proxyProtocol)
    }

    @Test func `the way to the proxy is found by happy eyeballs, and the server's name by nobody here`() async throws {
        var behaviour = ScriptedProxy.Behaviour()
        behaviour.hosts = ["mail.example.org": "127.0.0.1"]
        let proxy = try ScriptedProxy(.socks5, behaviour)
        let server = try ScriptedServer.start(script: [.send("* OK ready\r\n"), .ignoreRest])
        let names = Names()
        let line = try await line(
            of: .plaintext("mail.example.org", port: server.port), through: .socks5("proxy.example", port: proxy.port)
        ) {
            $0.resolver.lookups = HostLookups(limit: 4, patience: .seconds(60)) { question, _ in
                names.add(question.name)
                return .success([IPAddress(question.family == .ipv4 ? "127.0.0.1" : "::1")].compactMap { $0 })
            }
        }
        #expect(line == "* OK ready")
        #expect(names.all == ["proxy.example"])
    }

    @Test func `no proxy leads to a Unix-domain socket`() async throws {
        let error = await #expect(throws: TransportError.self) {
            _ = try await line(of: .unix(.abstract("mailwire-nobody")), through: .socks5("127.0.0.1"))
        }
        #expect(error?.kind == .invalidEndpoint)
    }

    private final class Names: Sendable {
        private let names = Lock<Set<String>>([])
        var all: Set<String> { names.withLock { $0 } }
        func add(_ name: String) { names.withLock { _ = $0.insert(name) } }
    }
}

/// A logger at trace level whose lines can be looked at.
private final class TraceLog: Sendable {
    private let entries = Lock<[String]>([])
    var lines: [String] { entries.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { [self] _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: TraceLog
        var logLevel = Logger.Level.trace
        var metadata = Logger.Metadata()

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.entries.withLock { $0.append("\(event.message)") }
        }
    }
}
