import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// The proxies' protocols without a socket: what is said, and what is made of every answer, however it is cut.
@Suite struct ProxyEngineTests {
    /// What came of a conversation: what was sent, how it ended, and what was left for the server's protocol.
    private struct Outcome: Equatable {
        var sent: [[UInt8]] = []
        var isConnected = false
        var failure: String?
        var kind: TransportError.Kind?
        var code: Int?
        var left: [UInt8] = []
    }

    /// Plays `answers`: each is given when the engine has said something and wants more.
    private func play(
        _ engine: any ProxyEngine, _ pieces: [[UInt8]], endsThen: Bool = true
    ) -> Outcome {
        var engine = engine
        var outcome = Outcome()
        var pieces = pieces[...]
        var hasEnded = false
        while true {
            do throws(TransportError) {
                switch try engine.step() {
                case .write(let octets): outcome.sent.append(octets.octets)
                case .event(.connected):
                    outcome.isConnected = true
                    outcome.left = engine.input.take(.max) + pieces.joined()
                    return outcome
                case .needInput, .startTLS:
                    if let piece = pieces.popFirst() {
                        engine.input.append(piece.span)
                    } else if endsThen, !hasEnded {
                        hasEnded = true
                        engine.receiveEndOfStream()
                    } else {
                        return outcome
                    }
                }
            } catch {
                outcome.failure = error.description
                outcome.kind = error.kind
                outcome.code = error.proxyReplyCode
                return outcome
            }
        }
    }

    private func engine(
        _ proxy: Proxy, to host: String = "mail.example.org", port: UInt16 = 993
    ) throws -> any ProxyEngine {
        try proxy.engine(to: try HostName(host, port: port), port: port)
    }

    /// The outcome of these answers, which must be the same whole, octet by octet and at every split.
    private func outcome(
        _ proxy: Proxy, to host: String = "mail.example.org", port: UInt16 = 993, _ answers: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let whole = play(try engine(proxy, to: host, port: port), [answers])
        let single = play(try engine(proxy, to: host, port: port), answers.map { [$0] })
        #expect(single == whole, "octet by octet", sourceLocation: sourceLocation)
        for split in 0...answers.count {
            let halves = play(
                try engine(proxy, to: host, port: port), [Array(answers[..<split]), Array(answers[split...])])
            #expect(halves == whole, "split at \(split)", sourceLocation: sourceLocation)
        }
        return whole
    }

    private let greeting = Array("* OK ready\r\n".utf8)

    // MARK: SOCKS 5

    private let socks = Proxy.socks5("proxy.example")
    private let socksWithUser = Proxy.socks5("proxy.example", user: "fred", password: Secret("Xq7-canary"))
    private let name = Array("mail.example.org".utf8)

    @Test func `SOCKS 5 asks for a name, and leaves what follows to the server`() throws {
        let outcome = try outcome(socks, [5, 0] + [5, 0, 0, 1, 10, 0, 0, 1, 0x12, 0x34] + greeting)
        #expect(outcome.isConnected)
        #expect(outcome.left == greeting)
        #expect(outcome.sent == [[5, 1, 0], [5, 1, 0, 3, 16] + name + [0x03, 0xE1]])
    }

    @Test(
        arguments: [
            ("192.0.2.1", [1, 192, 0, 2, 1]),
            ("2001:db8::1", [4, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        ] as [(String, [UInt8])])
    func `SOCKS 5 asks for an address`(host: String, address: [UInt8]) throws {
        let outcome = try outcome(socks, to: host, port: 25, [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(outcome.sent == [[5, 1, 0], [5, 1, 0] + address + [0, 25]])
        #expect(outcome.isConnected)
    }

    @Test(
        arguments: [
            [1, 1, 2, 3, 4], [3, 0], [3, 5] + Array("bound".utf8), [3, 255] + [UInt8](repeating: 0x61, count: 255),
            [4] + [UInt8](repeating: 7, count: 16),
        ] as [[UInt8]])
    func `SOCKS 5 replies with an address of any type`(address: [UInt8]) throws {
        let outcome = try outcome(socks, [5, 0, 5, 0, 0] + address + [0x12, 0x34] + greeting)
        #expect(outcome.isConnected)
        #expect(outcome.left == greeting)
    }

    @Test func `SOCKS 5 says user and password where it is asked to`() throws {
        let outcome = try outcome(socksWithUser, [5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        let credentials: [UInt8] = [1, 4] + Array("fred".utf8) + [10] + Array("Xq7-canary".utf8)
        #expect(outcome.sent == [[5, 2, 0, 2], credentials, [5, 1, 0, 3, 16] + name + [0x03, 0xE1]])
        #expect(outcome.isConnected)
        // A proxy that wants none does not hear it.
        let open = try self.outcome(socksWithUser, [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(open.sent.count == 2)
        #expect(open.isConnected)
    }

    @Test(
        arguments: [
            (1, TransportError.Kind.proxyRefused, "general SOCKS server failure"),
            (2, .proxyRefused, "not allowed by ruleset"),
            (3, .unreachable, "network unreachable"), (4, .unreachable, "host unreachable"),
            (5, .connectionRefused, "connection refused"), (6, .unreachable, "TTL expired"),
            (7, .proxyRefused, "command not supported"), (8, .proxyRefused, "address type not supported"),
            (9, .proxyRefused, "unassigned"), (255, .proxyRefused, "unassigned"),
        ] as [(UInt8, TransportError.Kind, String)])
    func `SOCKS 5 has a meaning for each reply, whole or not`(code: UInt8, kind: TransportError.Kind, words: String)
        throws
    {
        for rest in [[], [0, 1, 0, 0, 0, 0, 0, 0]] as [[UInt8]] {
            let outcome = try outcome(socks, [5, 0, 5, code] + rest)
            #expect(outcome.kind == kind)
            #expect(outcome.code == Int(code))
            #expect(outcome.failure?.contains(words) == true, "\(outcome)")
            #expect(outcome.failure?.contains("proxy.example:1080") == true)
        }
    }

    @Test func `SOCKS 5 authentication that fails has a kind of its own`() throws {
        let refused = try outcome(socksWithUser, [5, 2, 1, 7])
        #expect(refused.kind == .proxyAuthenticationFailed)
        #expect(refused.code == 7)
        #expect(try outcome(socks, [5, 0xFF]).kind == .proxyAuthenticationFailed)
        #expect(try outcome(socksWithUser, [5, 0xFF]).kind == .proxyAuthenticationFailed)
        for outcome in [refused, try outcome(socksWithUser, [5, 0xFF])] {
            #expect(outcome.failure?.contains("Xq7") == false)
        }
    }

    @Test(
        arguments: [
            [4, 0], Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [5, 2], [5, 9], [5, 0, 4, 0],
            [5, 0, 5, 0, 0, 2, 1, 1, 1, 1, 1, 1], [0, 0],
        ] as [[UInt8]])
    func `what is not SOCKS 5, or was not offered, is refused`(answer: [UInt8]) throws {
        let outcome = try outcome(socks, answer)
        #expect(outcome.kind == .proxyProtocol)
        #expect(!outcome.isConnected)
    }

    @Test func `a SOCKS 5 proxy that closes is told from one that refuses, wherever it does`() throws {
        let whole: [UInt8] = [5, 2, 1, 0, 5, 0, 0, 3, 2, 0x61, 0x62, 0, 0]
        for count in 0..<whole.count {
            let outcome = try outcome(socksWithUser, Array(whole[..<count]))
            #expect(outcome.kind == .closed, "\(count)")
            #expect(!outcome.isConnected)
        }
        #expect(try outcome(socksWithUser, whole).isConnected)
    }

    @Test func `what SOCKS 5 cannot say is refused before anything is sent`() {
        let long = String(repeating: "x", count: 256)
        for proxy in [
            Proxy.socks5("p", user: long, password: Secret("a")), .socks5("p", user: "", password: Secret("a")),
            .socks5("p", user: "a", password: Secret(long)), .socks5("p", user: "a"),
            .socks5("p", password: Secret("Xq7-canary")),
        ] {
            let error = #expect(throws: TransportError.self) { try engine(proxy) }
            #expect(error?.kind == .invalidEndpoint)
            #expect(error?.description.contains("Xq7") == false)
        }
        #expect(throws: Never.self) {
            try engine(.socks5("p", user: String(long.dropLast()), password: Secret(String(long.dropLast()))))
        }
        #expect(throws: TransportError.self) { try engine(socks, to: "fe80::1%lo") }
    }

    // MARK: SOCKS 4A

    private let socks4 = Proxy.socks4a("proxy.example", user: "fred")

    @Test func `SOCKS 4A asks for a name behind an address that is none`() throws {
        let outcome = try outcome(socks4, [0, 90, 1, 2, 3, 4, 5, 6] + greeting)
        #expect(outcome.isConnected)
        #expect(outcome.left == greeting)
        #expect(outcome.sent == [[4, 1, 0x03, 0xE1, 0, 0, 0, 1] + Array("fred".utf8) + [0] + name + [0]])
    }

    @Test func `SOCKS 4A asks for an IPv4 address, and for no IPv6 one`() throws {
        let outcome = try outcome(.socks4a("proxy.example"), to: "192.0.2.1", port: 25, [0, 90, 0, 0, 0, 0, 0, 0])
        #expect(outcome.sent == [[4, 1, 0, 25, 192, 0, 2, 1, 0]])
        #expect(throws: TransportError.self) { try engine(socks4, to: "2001:db8::1") }
    }

    @Test(
        arguments: [
            (91, TransportError.Kind.proxyRefused), (92, .proxyAuthenticationFailed), (93, .proxyAuthenticationFailed),
            (0, .proxyRefused),
            (94, .proxyRefused),
        ] as [(UInt8, TransportError.Kind)])
    func `SOCKS 4 has a meaning for each reply, whole or not`(code: UInt8, kind: TransportError.Kind) throws {
        for rest in [[], [0, 0, 0, 0, 0, 0]] as [[UInt8]] {
            let outcome = try outcome(socks4, [0, code] + rest)
            #expect(outcome.kind == kind)
            #expect(outcome.code == Int(code))
        }
    }

    @Test func `a SOCKS 4 proxy that is none, or closes, is told`() throws {
        #expect(try outcome(socks4, [5, 90, 0, 0, 0, 0, 0, 0]).kind == .proxyProtocol)
        for count in 0..<8 {
            #expect(try outcome(socks4, Array([0, 90, 0, 0, 0, 0, 0, 0][..<count])).kind == .closed)
        }
    }

    @Test func `what SOCKS 4 cannot say is refused before anything is sent`() {
        for proxy in [
            Proxy.socks4a("p", user: "a\0b"), .socks4a("p", user: String(repeating: "x", count: 256)),
            Proxy(.socks4a, host: "p", port: 1, user: "a", password: Secret("b")),
        ] {
            #expect(throws: TransportError.self) { try engine(proxy) }
        }
    }

    // MARK: HTTP

    private let http = Proxy.http("proxy.example", port: 3128)
    private let httpWithUser = Proxy.http("proxy.example", port: 3128, user: "fred", password: Secret("Xq7-canary"))

    private func answer(_ proxy: Proxy, _ head: String) throws -> Outcome {
        try outcome(proxy, Array(head.utf8))
    }

    @Test(arguments: [
        ("mail.example.org", "mail.example.org:993"), ("192.0.2.1", "192.0.2.1:993"),
        ("2001:DB8::1", "[2001:db8::1]:993"),
    ])
    func `HTTP asks for a tunnel`(host: String, authority: String) throws {
        let outcome = try outcome(http, to: host, Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + greeting)
        #expect(outcome.isConnected)
        #expect(outcome.left == greeting)
        let sent = outcome.sent.map { String(decoding: $0, as: UTF8.self) }
        #expect(sent == ["CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n"])
    }

    @Test func `HTTP says user and password in Base64, as a secret`() throws {
        var engine = try engine(httpWithUser)
        guard case .write(let octets) = try engine.step() else {
            Issue.record("nothing is said")
            return
        }
        // "fred:Xq7-canary", by `base64` of the coreutils.
        let text = String(decoding: octets.octets, as: UTF8.self)
        #expect(text.contains("\r\nProxy-Authorization: Basic ZnJlZDpYcTctY2FuYXJ5\r\n\r\n"))
        #expect(!octets.description.contains("ZnJlZDpY"))
        #expect(octets.description.contains("<redacted>"))
    }

    @Test(arguments: [
        "HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\r\n\r\n", "HTTP/1.1 200 \n\n",
        "HTTP/1.1 299 x\r\nA: b\r\n\r\n",
        // Content is not possible, whatever the fields say (RFC 9110 §9.3.6).
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ])
    func `HTTP agrees in many ways`(head: String) throws {
        let outcome = try outcome(http, Array(head.utf8) + greeting)
        #expect(outcome.isConnected)
        #expect(outcome.left == greeting)
    }

    @Test(arguments: [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", 403), ("HTTP/1.1 502 Bad \u{1B}[31mGateway\r\nX: y\r\n\r\n", 502),
        ("HTTP/1.1 301 Moved\r\n\r\n", 301),
        ("HTTP/1.1 101 Switching\r\n\r\n", 101), ("HTTP/1.1 999\r\n\r\n", 999), ("HTTP/1.1 000 x\r\n\r\n", 0),
    ])
    func `HTTP refuses in its own words`(head: String, status: Int) throws {
        let outcome = try answer(http, head)
        #expect(outcome.kind == .proxyRefused)
        #expect(outcome.code == status)
        #expect(outcome.failure?.utf8.contains { $0 < 0x20 } == false)
        if status == 403 { #expect(outcome.failure?.contains("403 Forbidden") == true) }
    }

    @Test func `HTTP authentication that is missing or fails has a kind of its own`() throws {
        let head =
            "HTTP/1.1 407 No\r\nproxy-authenticate: Digest realm=\"a\"\r\nProxy-Authenticate:Basic realm=\"b\"\r\n\r\n"
        let missing = try answer(http, head)
        #expect(missing.kind == .proxyAuthenticationFailed)
        #expect(missing.code == 407)
        #expect(missing.failure?.contains("demands authentication (Digest, Basic)") == true, "\(missing)")
        let refused = try answer(httpWithUser, head)
        #expect(refused.kind == .proxyAuthenticationFailed)
        #expect(refused.failure?.contains("refused user and password") == true)
        #expect(refused.failure?.contains("Xq7") == false)
    }

    @Test(arguments: [
        "220 mail.example.org ESMTP\r\n", "\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 2x0\r\n\r\n", "ICY 200 OK\r\n\r\n", "\u{0}\u{1}\n",
    ])
    func `what is not HTTP is refused`(head: String) throws {
        #expect(try answer(http, head).kind == .proxyProtocol)
    }

    @Test func `an HTTP proxy that closes is told from one that refuses`() throws {
        let head = Array("HTTP/1.1 200 OK\r\nA: b\r\n\r\n".utf8)
        for count in 0..<head.count { #expect(try outcome(http, Array(head[..<count])).kind == .closed) }
    }

    @Test(arguments: [(8192, true), (8193, false)]) func `a line of an HTTP answer may have so many octets`(
        count: Int, fits: Bool
    ) throws {
        let field = "A: " + String(repeating: "b", count: count - 3)
        let outcome = play(try engine(http), [Array("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n".utf8)])
        #expect(outcome.isConnected == fits)
        #expect(outcome.kind == (fits ? nil : .proxyProtocol))
    }

    @Test(arguments: [(65_536, true), (65_537, false)]) func `the heads of an HTTP answer may have so many octets`(
        count: Int, fits: Bool
    ) throws {
        // An endless run of interim answers is within the same bounds.
        let interim = "HTTP/1.1 102 Processing\r\n\r\n"
        let last = "HTTP/1.1 200 OK\r\n\r\n"
        var head =
            String(repeating: interim, count: (count - last.utf8.count - 40) / interim.utf8.count)
            + "HTTP/1.1 200 OK\r\n"
        head += "A: " + String(repeating: "b", count: count - head.utf8.count - 3 - 4) + "\r\n\r\n"
        #expect(head.utf8.count == count)
        let outcome = play(try engine(http), [Array(head.utf8)])
        #expect(outcome.isConnected == fits)
        #expect(outcome.kind == (fits ? nil : .proxyProtocol))
    }

    @Test func `what HTTP cannot say is refused before anything is sent`() {
        for proxy in [
            Proxy.http("p", port: 1, user: "a:b", password: Secret("c")), .http("p", port: 1, user: "a\r\nX: y"),
            .http("p", port: 1, user: "a", password: Secret("b\r\nX: y")), .http("p", port: 1, user: "a\0"),
            .http("p", port: 1, user: String(repeating: "x", count: 4096)), .http("p", port: 1, password: Secret("a")),
        ] {
            let error = #expect(throws: TransportError.self) { try engine(proxy) }
            #expect(error?.kind == .invalidEndpoint)
        }
        #expect(throws: TransportError.self) { try engine(http, to: "fe80::1%lo") }
    }

    @Test func `no octets whatever do harm`() throws {
        var generator = Lots(state: 7)
        let seeds: [(Proxy, [UInt8])] = [
            (socksWithUser, [5, 2, 1, 0, 5, 0, 0, 3, 2, 0x61, 0x62, 0, 0]), (socks4, [0, 90, 0, 0, 0, 0, 0, 0]),
            (http, Array("HTTP/1.1 100 x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n".utf8)),
        ]
        for (proxy, good) in seeds {
            for _ in 0..<2_000 {
                var octets = good
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    octets[Int.random(in: 0..<octets.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                let whole = play(try engine(proxy), [octets])
                #expect(play(try engine(proxy), octets.map { [$0] }) == whole)
                #expect(whole.isConnected != (whole.failure != nil))
            }
        }
    }

    @Test func `a proxy prints neither user nor password`() {
        for proxy in [socksWithUser, httpWithUser] {
            var dumped = ""
            dump(proxy, to: &dumped)
            #expect(!"\(proxy)".contains("fred"))
            #expect(!dumped.contains("Xq7"))
        }
        #expect("\(Proxy.socks5("::1", port: 9050))" == "SOCKS 5 proxy [::1]:9050")
    }
}
