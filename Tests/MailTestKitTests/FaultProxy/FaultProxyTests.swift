import MailTestKit
import Testing

/// What is there without any fault. One suite after the other, so that descriptors can be counted.
@Suite("A fault proxy", .serialized, .timeLimit(.minutes(5)))
struct FaultProxyTests {
    @Test("forwards both ways, and the end of each way alone")
    func forwards() async throws {
        let trial = try ProxyTrial()
        trial.server.send("* OK\r\n")
        #expect(trial.client.text(6) == "* OK\r\n")
        trial.client.send("A LOGOUT\r\n")
        trial.client.endWriting()
        #expect(trial.server.read().octets == Array("A LOGOUT\r\n".utf8))
        trial.server.send("* BYE\r\n")
        #expect(trial.client.text(7) == "* BYE\r\n")
        trial.server.endWriting()
        #expect(trial.client.read() == ([], .endOfStream))
        let statistics = await trial.proxy.end(of: 1)
        #expect(statistics.connections.map(\.end) == [.closed])
        #expect(statistics.octetsToClient == 13)
        #expect(statistics.octetsToServer == 10)
        #expect(statistics.strikes == [])
    }

    @Test("hands a reset on, behind the octets", arguments: Faults.Way.allCases)
    func handsResetOn(_ way: Faults.Way) async throws {
        let trial = try ProxyTrial()
        trial.source(way).send("last words")
        #expect(trial.sink(way).text(10) == "last words")
        trial.source(way).reset()
        #expect(trial.sink(way).read() == ([], .reset))
        let end = await trial.proxy.end(of: 1).connections.first?.end
        #expect(end == (way == .toClient ? .resetByServer : .resetByClient))
    }

    @Test("what a side sent before its reset arrives, though it reads nothing itself", arguments: 0..<20)
    func resetWhileWrittenTo(_: Int) async throws {
        let trial = try ProxyTrial()
        async let flood = ProxyTrial.onThread { trial.server.send(ProxyTrial.octets(32 << 20)) }
        await trial.proxy.statistics { $0.octetsToClient > 0 }
        trial.client.send("last words")
        trial.client.reset()
        // The kernel tells of the reset once: whoever sends, here.
        #expect(await flood < 32 << 20)
        #expect(trial.server.read() == (Array("last words".utf8), .reset))
        #expect(await trial.proxy.end(of: 1).connections.map(\.end) == [.resetByClient])
    }

    @Test("64 MiB both ways at once are unharmed, and little of it is held")
    func muchBothWays() async throws {
        let trial = try ProxyTrial()
        let count = 64 << 20
        let octets = ProxyTrial.octets(count)
        async let sentDown = ProxyTrial.onThread { trial.server.send(octets) }
        async let sentUp = ProxyTrial.onThread { trial.client.send(octets) }
        async let down = ProxyTrial.onThread { trial.client.read(count).octets == octets }
        async let up = ProxyTrial.onThread { trial.server.read(count).octets == octets }
        #expect(await sentDown == count)
        #expect(await sentUp == count)
        #expect(await down)
        #expect(await up)
        let record = try #require(trial.proxy.statistics.connections.first)
        #expect(record.toClient.octets == count)
        #expect(record.toServer.octets == count)
        #expect(record.toClient.peak <= 128 << 10)
        #expect(record.toServer.peak <= 128 << 10)
    }

    @Test("what nobody takes is not read", arguments: [Duration.zero, .milliseconds(1)])
    func backPressure(_ delay: Duration) async throws {
        let trial = try ProxyTrial(Faults(toClient: .delay(delay)))
        trial.server.setPatience(.milliseconds(300))
        // Until neither the kernel's buffers nor the proxy take more.
        let sent = trial.server.send(ProxyTrial.octets(128 << 20))
        #expect(sent < 100 << 20)
        let peak = try #require(trial.proxy.statistics.connections.first).toClient.peak
        #expect(peak > 0)
        #expect(peak <= (delay > .zero ? 8 << 20 : 64 << 10) + (64 << 10))
        // What was taken arrives when it is asked for.
        #expect(trial.client.read(sent).octets == ProxyTrial.octets(sent))
        trial.client.send("still there")
        #expect(trial.server.text(11) == "still there")
    }

    @Test("a server on a Unix-domain socket")
    func unixSocket() async throws {
        let path = "/tmp/mailwire-proxy-\(UInt64.random(in: .min ... .max))"
        let listener = try RawListener(path: path)
        let proxy = try FaultProxy.start(to: .unixSocket(path), faults: Faults(toServer: .cut(after: 5, .reset)))
        let client = try RawPeer(port: proxy.port)
        let server = try listener.accept()
        server.send("hello")
        #expect(client.text(5) == "hello")
        client.send("12345678")
        #expect(server.text(5) == "12345")
        #expect(server.read().octets == [])
        #expect(client.read().ending == .reset)
    }

    @Test("a server that cannot be reached is a reset, and told")
    func unreachable() async throws {
        let port: UInt16
        do { port = try RawListener().port }
        let proxy = try FaultProxy.start(to: .port(port))
        let client = try RawPeer(port: proxy.port)
        #expect(client.read() == ([], .reset))
        #expect(await proxy.end(of: 1).connections.map(\.end) == [.unreachable("Connection refused")])
    }

    @Test("what cannot be listened on or resolved is told")
    func cannotStart() throws {
        let proxy = try FaultProxy.start(to: .port(1))
        let taken = #expect(throws: FaultProxyError.self) {
            try FaultProxy.start(to: .port(1), port: proxy.port)
        }
        #expect(taken?.description == "cannot listen on 127.0.0.1:\(proxy.port): Address already in use")
        let long = #expect(throws: FaultProxyError.self) {
            try FaultProxy.start(to: .unixSocket(String(repeating: "x", count: 108)))
        }
        #expect(long?.description.hasSuffix("cannot be the path of a socket: it has 1 to 107 octets") == true)
        #expect(throws: FaultProxyError.self) { try FaultProxy.start(to: .host("a\0b", port: 1)) }
    }
}
