import Glibc
import MailTestKit
import Testing

/// The command as a process of its own.
@Suite("mailwire proxy", .serialized, .timeLimit(.minutes(2))) struct ProxyCommandTests {
    @Test("cuts, says so, and ends by itself")
    func cuts() async throws {
        let server = try ScriptedServer.start(scripts: [
            [.send("+OK ready\r\n"), .ignoreRest], [.send("+"), .ignoreRest],
        ])
        let proxy = try ProxyProcess([
            "--to", "127.0.0.1:\(server.port)", "--cut-after", "4", "--ending", "close", "--direction", "to-client",
            "--connections", "2", "--json",
        ])
        let port = try #require(proxy.port)
        #expect(try proxy.talk(port) == "+OK ")
        #expect(try proxy.talk(port, closes: true) == "+")
        #expect(proxy.waitForExit() == 0)
        let lines = proxy.lines
        #expect(lines.count { $0.hasPrefix(#"{"event":"connected""#) } == 2)
        #expect(
            lines.contains(
                #"{"event":"struck","connection":1,"ending":"close","direction":"to-client","octets":4}"#))
        #expect(
            lines.contains(
                """
                {"event":"ended","connection":1,"end":"cut","reason":"close",\
                "toClient":{"octets":4,"writes":1},"toServer":{"octets":0,"writes":0}}
                """))
        #expect(
            lines.last
                == #"{"event":"stopped","connections":2,"strikes":1,"octetsToClient":5,"octetsToServer":0}"#)
        try await server.finish()
    }

    @Test("a signal ends it cleanly, with a connection open", arguments: [SIGINT, SIGTERM])
    func signals(_ signal: Int32) async throws {
        let server = try ScriptedServer.start(script: [.send("hello"), .stall])
        let proxy = try ProxyProcess(["--to", "127.0.0.1:\(server.port)", "--json"])
        let port = try #require(proxy.port)
        let client = try proxy.connect(port)
        defer { close(client) }
        #expect(proxy.read(client, 5) == "hello")
        kill(proxy.identifier, signal)
        #expect(proxy.waitForExit() == 0)
        #expect(proxy.read(client, 1) == "")
        #expect(proxy.lines.contains { $0.contains(#""end":"proxy stopped""#) && $0.contains(#""octets":5"#) })
        #expect(proxy.lines.last?.hasPrefix(#"{"event":"stopped","connections":1"#) == true)
        try await server.finish()
    }

    @Test("what cannot be done is told, with an exit code")
    func refuses() async throws {
        let server = try ScriptedServer.start(script: [.ignoreRest])
        let taken = try ProxyProcess(["--to", "127.0.0.1:1", "--listen", "\(server.port)", "--json"])
        #expect(taken.waitForExit() == 1)
        #expect(taken.lines == [])
        let wrong = try ProxyProcess(["--to", "127.0.0.1"])
        #expect(wrong.waitForExit() == 2)
    }
}
