import Glibc
import MailTestKit
import Testing

@testable import MailTransport

/// From an endpoint to octets both ways: Unix-domain sockets, and what is refused before anybody is asked.
@Suite(.timeLimit(.minutes(1))) struct ConnectorTests {
    /// A folder of its own, removed with its last owner.
    private final class Folder: Sendable {
        let path: String

        init() throws {
            var template = Array("/tmp/mailwire-connect-XXXXXX".utf8CString)
            // Holds: the template is NUL-terminated and ours to write to.
            guard unsafe mkdtemp(&template) != nil else { throw LoopbackListener.Failed() }
            path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        deinit {
            // Holds: both paths are NUL-terminated for the calls.
            unsafe unlink(path + "/socket")
            unsafe rmdir(path)
        }
    }

    @Sendable private static func greet(_ peer: Int32) {
        write("hello\r\n", to: peer)
        readUntil("never", from: peer)
    }

    private func greeting(
        of endpoint: Endpoint, _ change: (inout TransportConfiguration) -> Void = { _ in }
    ) async throws -> String {
        var configuration = TransportConfiguration()
        configuration.loops = try EventLoopGroup(count: 1)
        change(&configuration)
        return try await Connection.withConnection(to: endpoint, configuration: configuration) { connection in
            String(decoding: try await connection.receiveLine(within: .seconds(20)) ?? [], as: UTF8.self)
        }
    }

    // MARK: Unix-domain sockets

    @Test func `a path is connected to`() async throws {
        let folder = try Folder()
        let name = UnixSocketName.path(folder.path + "/socket")
        let listener = try UnixListener(name, Self.greet)
        #expect(try await greeting(of: .unix(name)) == "hello")
        #expect("\(Endpoint.unix(name))" == folder.path + "/socket")
        withExtendedLifetime(listener) {}
    }

    @Test func `an abstract name is connected to`() async throws {
        let name = UnixSocketName.abstract("mailwire-test-\(UInt64.random(in: 0 ... .max))")
        let listener = try UnixListener(name, Self.greet)
        #expect(try await greeting(of: .unix(name)) == "hello")
        #expect("\(Endpoint.unix(name))".hasPrefix("@mailwire-test-"))
        withExtendedLifetime(listener) {}
    }

    @Test func `a listener whose queue is full is tried again until it has room`() async throws {
        let name = UnixSocketName.abstract("mailwire-test-\(UInt64.random(in: 0 ... .max))")
        let gate = Gate()
        let listener = try UnixListener(name, connections: 3, backlog: 0) { peer in
            gate.wait()
            Self.greet(peer)
        }
        // One is taken and waits at the gate, one waits in the queue: the third finds no room.
        let others = try (0..<2).map { _ in
            let socket = try SocketDescriptor.stream(family: AF_UNIX)
            #expect(try socket.connect(to: try SocketAddress(name)))
            while gate.arrivals == 0 { usleep(1000) }
            return socket
        }
        let third = try SocketDescriptor.stream(family: AF_UNIX)
        #expect(try third.connect(to: try SocketAddress(name)) == false)
        async let greeting = greeting(of: .unix(name))
        gate.open()
        for other in others { other.close() }
        #expect(try await greeting == "hello")
        withExtendedLifetime(listener) {}
    }

    @Test func `TLS over a Unix-domain socket asks for the name that was given, and verifies it`() async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(.loopback)
        let server = try ScriptedServer.start(tls: identity, scripts: [[.send("hello\r\n"), .close], [.ignoreRest]])
        let name = UnixSocketName.abstract("mailwire-test-\(UInt64.random(in: 0 ... .max))")
        let bridge = try UnixListener(name, connections: 2) { peer in Self.bridge(peer, to: server.port) }
        let good = try await greeting(of: .unix(name, security: .tls, serverName: "localhost")) {
            $0.tls.roots = .file(authority.path)
        }
        #expect(good == "hello")
        let error = await #expect(throws: TransportError.self) {
            _ = try await greeting(of: .unix(name, security: .tls, serverName: "mail.example.org")) {
                $0.tls.roots = .file(authority.path)
            }
        }
        #expect(error?.kind == .certificateNameMismatch)
        #expect(await server.conversations().map(\.serverName) == ["localhost", "mail.example.org"])
        withExtendedLifetime((bridge, authority)) {}
    }

    /// Carries octets both ways until either side ends.
    private static func bridge(_ peer: Int32, to port: UInt16) {
        guard let address = try? SocketAddress.literal("127.0.0.1", port: port),
            let socket = try? SocketDescriptor.stream(family: AF_INET), (try? socket.connect(to: address)) == true
        else { return }
        _ = fcntl(socket.number, F_SETFL, 0)
        var watched = [peer, socket.number].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var room = [UInt8](repeating: 0, count: 65_536)
        // Holds: the structures and the room are as many and as long as is said.
        while unsafe poll(&watched, 2, 20_000) > 0 {
            for (index, sink) in [(0, socket.number), (1, peer)] where watched[index].revents != 0 {
                let count = unsafe recv(watched[index].fd, &room, room.count, 0)
                guard count > 0, unsafe send(sink, room, count, Int32(MSG_NOSIGNAL)) == count else { return }
            }
        }
    }

    @Test func `a socket that is not there, is not allowed or is none has an error of its own`() async throws {
        let folder = try Folder()
        func kind(_ name: UnixSocketName, _ security: Endpoint.Security = .plaintext) async -> TransportError.Kind? {
            do {
                _ = try await greeting(of: .unix(name, security: security))
                return nil
            } catch let error as TransportError {
                return error.kind
            } catch {
                return nil
            }
        }
        #expect(await kind(.path(folder.path + "/socket")) == .hostNotFound)
        #expect(await kind(.path("/dev/null")) == .connectionRefused)
        #expect(await kind(.abstract("mailwire-nobody-\(UInt64.random(in: 0 ... .max))")) == .connectionRefused)
        #expect(await kind(.path("")) == .invalidEndpoint)
        #expect(await kind(.abstract("")) == .invalidEndpoint)
        #expect(await kind(.path("/tmp/a\0b")) == .invalidEndpoint)
        // TLS without a name to verify.
        #expect(await kind(.path(folder.path + "/socket"), .tls) == .invalidEndpoint)
        #expect(await kind(.path(folder.path + "/socket"), .startTLS) == .invalidEndpoint)
    }

    @Test(arguments: [(107, true), (108, false)]) func `a name may have so many octets`(count: Int, fits: Bool) {
        let path = UnixSocketName.path("/" + String(repeating: "a", count: count - 1))
        let abstract = UnixSocketName.abstract(String(repeating: "a", count: count))
        #expect(((try? SocketAddress(path)) != nil) == fits)
        #expect(((try? SocketAddress(abstract)) != nil) == fits)
    }

    // MARK: Arguments

    @Test(arguments: ["", "a\r\nb", "a\0b", "a b", "bü cher.example", "127.1", "fe80::1%nosuch0"])
    func `a host that is none is refused, and nobody is asked`(host: String) async throws {
        let asked = Gate()
        let error = await #expect(throws: TransportError.self) {
            _ = try await greeting(of: .plaintext(host, port: 1)) {
                $0.resolver.lookups = HostLookups(limit: 1, patience: .zero) { _, _ in
                    asked.wait()
                    return .success([])
                }
            }
        }
        #expect(error?.kind == .invalidEndpoint)
        #expect(asked.arrivals == 0)
    }

    @Test func `a trust store that cannot be read is told before anybody is connected to`() async throws {
        let listener = try LoopbackListener { peer in readUntil("never", from: peer) }
        let error = await #expect(throws: TransportError.self) {
            _ = try await greeting(of: .tls("nowhere.invalid", port: listener.port)) {
                $0.tls.roots = .file("/nonexistent/roots.pem")
                $0.resolver.lookups = HostLookups(limit: 1, patience: .zero) { _, _ in .success([]) }
            }
        }
        #expect(error?.kind == .trustStoreUnreadable)
    }

    @Test func `an IPv6 literal and its scope are connected to`() async throws {
        let hole = try BlackHole(.ipv6)
        let error = await #expect(throws: TransportError.self) {
            _ = try await greeting(of: .plaintext("::1%lo", port: hole.address.port)) {
                $0.connectTimeout = .milliseconds(100)
            }
        }
        #expect(error?.kind == .timedOut)
        // The scope by its name or its number.
        #expect(error?.description.contains("[::1%") == true, "\(error?.description ?? "")")
    }
}
