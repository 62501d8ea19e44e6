import Glibc
import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// No descriptor of the library's reaches a child of the process.
@Suite(.timeLimit(.minutes(1))) struct InheritanceTests {
    @Test func `a child that is spawned in the midst of everything sees nothing of it`() async throws {
        let before = try Self.childsDescriptors()
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(.loopback)
        let server = try ScriptedServer.start(
            tls: identity, within: .seconds(60), scripts: [[.send("hello\r\n"), .stall]])
        let plain = try LoopbackListener { peer in
            write("hello\r\n", to: peer)
            readUntil("never", from: peer)
        }
        let name = UnixSocketName.abstract("mailwire-test-\(UInt64.random(in: 0 ... .max))")
        let unix = try UnixListener(name) { peer in
            write("hello\r\n", to: peer)
            readUntil("never", from: peer)
        }
        let hole = try BlackHole()
        let silent = try ScriptedNameServer([("hang.example", 1, .silence), ("hang.example", 28, .silence)])
        let proxy = try ScriptedProxy(.socks5)
        var loops: EventLoopGroup? = try EventLoopGroup(count: 2)

        // A loop's own descriptors, connections of each kind, an attempt and a lookup that hang.
        var configuration = TransportConfiguration()
        configuration.loops = loops
        configuration.tls.roots = .file(authority.path)
        let secured = try await Connection.connect(
            to: .tls("127.0.0.1", port: server.port), configuration: configuration)
        let local = try await Connection.connect(to: .unix(name), configuration: configuration)
        var proxied = configuration
        proxied.proxy = proxy.proxy
        let through = try await Connection.connect(
            to: .plaintext("127.0.0.1", port: plain.port), configuration: proxied)
        for connection in [secured, local, through] {
            #expect(try await connection.receiveLine(within: .seconds(20)) != nil)
        }
        let attempt = Task { [configuration] in
            try await Connection.connect(
                to: .plaintext("127.0.0.1", port: hole.address.port), configuration: configuration)
        }
        let lookup = Task { [configuration] in
            var asking = configuration
            asking.resolver = silent.resolver
            asking.resolver.timeout = .seconds(10)
            return try await Connection.connect(to: .plaintext("hang.example", port: 1), configuration: asking)
        }
        #expect(await eventually { silent.questions.count >= 2 })

        // What a test beside this one opens may be seen for a moment; what leaks is seen each time.
        var leaked = try Self.childsDescriptors()
        for _ in 0..<4 where !leaked.isEmpty { leaked.formIntersection(try Self.childsDescriptors()) }
        #expect(leaked.subtracting(before) == [])

        attempt.cancel()
        lookup.cancel()
        _ = await (attempt.result, lookup.result)
        for connection in [secured, local, through] { await connection.close() }
        configuration.loops = nil
        proxied.loops = nil
        loops = nil
        withExtendedLifetime((authority, unix, hole, proxy)) {}
    }

    @Test func `such a child does see what is not closed on exec`() throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        // The link that the kernel shows, such as `socket:[123]`.
        var link = [CChar](repeating: 0, count: 64)
        // Holds: the path is NUL-terminated, and the link longer than what is asked for.
        _ = unsafe readlink("/proc/self/fd/\(socket)", &link, link.count - 1)
        let own = String(decoding: link.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #expect(try Self.childsDescriptors().contains(own))
    }

    /// What the descriptors of a child lead to, those it opened for itself left out.
    private static func childsDescriptors() throws -> Set<String> {
        var ends: [Int32] = [-1, -1]
        var actions = unsafe posix_spawn_file_actions_t()
        // Holds: everything is a local that outlives the calls, the texts are NUL-terminated and freed behind them.
        guard unsafe pipe(&ends) == 0, unsafe posix_spawn_file_actions_init(&actions) == 0 else {
            throw LoopbackListener.Failed()
        }
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words: [String] = ["ls", "-l", "/proc/self/fd"]
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { word in unsafe strdup(word) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var child = pid_t()
        let code = unsafe posix_spawn(&child, "/bin/ls", &actions, nil, &arguments, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw LoopbackListener.Failed()
        }
        var octets: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4096)
        while true {
            // Holds: the room is as long as is said.
            let count = unsafe read(ends[0], &room, room.count)
            guard count > 0 else { break }
            octets += room[..<count]
        }
        close(ends[0])
        waitpid(child, nil, 0)
        let links = octets.split(separator: ASCII.lf).compactMap { line -> String? in
            String(decoding: line, as: UTF8.self).split(separator: " -> ").last.map(String.init)
        }
        return Set(links.filter { $0.hasPrefix("socket:") || $0.hasPrefix("anon_inode:") })
    }
}
