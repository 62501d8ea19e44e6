import Glibc
import MailTestKit
import Testing

extension FaultProxyTests {
    @Suite("life") struct Life {
        @Test("the n-th connection gets the n-th faults, and the rest none")
        func each() async throws {
            let listener = try RawListener()
            let proxy = try FaultProxy.start(
                to: .port(listener.port),
                each: [
                    Faults(toClient: .cut(after: 1, .close)), Faults(), Faults(toClient: .cut(after: 2, .reset)),
                ])
            var seen: [[UInt8]] = []
            for _ in 0..<4 {
                let client = try RawPeer(port: proxy.port)
                let server = try listener.accept()
                server.send("abc")
                server.endWriting()
                seen.append(client.read().octets)
            }
            #expect(seen == ["a", "abc", "ab", "abc"].map { Array($0.utf8) })
            #expect(await proxy.end(of: 4).strikes.map(\.connection) == [1, 3])
        }

        @Test("faults are chosen by the connection's number")
        func choosing() async throws {
            let listener = try RawListener()
            let proxy = try FaultProxy.start(
                to: .port(listener.port), choosing: { Faults(toClient: .cut(after: $0 * 2, .close)) })
            for number in 1...3 {
                let client = try RawPeer(port: proxy.port)
                let server = try listener.accept()
                server.send("abcdefgh")
                #expect(client.read().octets.count == number * 2)
            }
        }

        @Test("100 connections at once")
        func many() async throws {
            let listener = try RawListener()
            let proxy = try FaultProxy.start(to: .port(listener.port), faults: .bothWays(.split(7)))
            let clients = try (0..<100).map { _ in try RawPeer(port: proxy.port) }
            let servers = try (0..<100).map { _ in try listener.accept() }
            for (number, client) in clients.enumerated() { client.send("client \(100 + number)") }
            // They may be accepted in another order.
            let names = servers.map { $0.text(10) }
            #expect(names.sorted() == (100..<200).map { "client \($0)" })
            for (name, server) in zip(names, servers) {
                server.send("for \(name)")
                server.endWriting()
            }
            for (number, client) in clients.enumerated() {
                #expect(client.read() == (Array("for client \(100 + number)".utf8), .endOfStream))
                client.endWriting()
            }
            let statistics = await proxy.end(of: 100)
            #expect(statistics.accepted == 100)
            #expect(statistics.octetsToClient == 1_400)
            #expect(statistics.connections.allSatisfy { $0.end == .closed })
        }

        @Test("strikes on demand")
        func onDemand() async throws {
            let trial = try ProxyTrial()
            trial.server.send("+ idling\r\n")
            #expect(trial.client.text(10) == "+ idling\r\n")
            trial.proxy.strike(.reset)
            #expect(trial.client.read() == ([], .reset))
            #expect(trial.server.read() == ([], .reset))
            #expect(await trial.proxy.firstStrike()?.octets == 10)
        }

        @Test("stopping closes every descriptor, whatever is under way")
        func stopLeaksNothing() async throws {
            let endings: [Faults.Ending?] = [nil, .close, .halfClose, .blackHole]
            let unixSockets = Descriptors.unixSockets
            let listener = try RawListener()
            let proxy = try FaultProxy.start(
                to: .port(listener.port),
                choosing: { number in
                    endings[number % 4].map { Faults(toClient: .cut(after: 3, $0)) }
                        ?? Faults(toClient: .rate(.octets(1)))
                })
            // Proxies of other tests may be closing theirs meanwhile.
            let bells = Descriptors.unixSockets.subtracting(unixSockets)
            #expect(bells.count == 2)
            var pairs: [(RawPeer, RawPeer)] = []
            for _ in 0..<8 {
                let client = try RawPeer(port: proxy.port)
                let server = try listener.accept()
                server.send("abcdef")
                pairs.append((client, server))
            }
            await proxy.statistics { $0.strikeCount == 6 }
            #expect(Descriptors.sockets(at: proxy.port).count == 9)
            #expect(Descriptors.sockets(at: proxy.port).allSatisfy(Descriptors.isCloseOnExec))
            #expect(Descriptors.sockets(connectedTo: listener.port).allSatisfy(Descriptors.isCloseOnExec))
            await proxy.stop()
            #expect(Descriptors.sockets(at: proxy.port) == [])
            #expect(Descriptors.sockets(connectedTo: listener.port) == [])
            #expect(Descriptors.unixSockets.isDisjoint(with: bells))
            #expect(proxy.statistics.open == 0)
            #expect(proxy.statistics.connections.filter { $0.end == .stopped }.count == 8)
            // Once is enough, and whoever waits for more does not wait.
            await proxy.stop()
            #expect(await proxy.end(of: 100).accepted == 8)
            withExtendedLifetime(pairs) {}
        }

        @Test("a proxy that nobody holds stops, and its clients are told")
        func endsWithItsOwner() async throws {
            let listener = try RawListener()
            var proxy: FaultProxy? = try FaultProxy.start(to: .port(listener.port))
            let client = try RawPeer(port: try #require(proxy).port)
            let server = try listener.accept()
            #expect(proxy != nil)
            proxy = nil
            #expect(client.read().octets == [])
            #expect(server.read().octets == [])
        }

        @Test("waiting ends with the task")
        func cancelled() async throws {
            let proxy = try FaultProxy.start(to: .port(1))
            let waiting = Task { await proxy.firstStrike() }
            waiting.cancel()
            #expect(await waiting.value == nil)
        }

        @Test("the observer is told in order")
        func observer() async throws {
            let listener = try RawListener()
            let (events, continuation) = AsyncStream.makeStream(of: FaultProxy.Event.self)
            let proxy = try FaultProxy.start(
                to: .port(listener.port), faults: Faults(toClient: .cut(after: 2, .reset)),
                observer: { event in continuation.yield(event) })
            let client = try RawPeer(port: proxy.port)
            let server = try listener.accept()
            server.send("abc")
            #expect(client.read() == (Array("ab".utf8), .reset))
            await proxy.stop()
            continuation.finish()
            var seen: [FaultProxy.Event] = []
            for await event in events { seen.append(event) }
            let record = try #require(proxy.statistics.connections.first)
            #expect(seen == [.accepted(connection: 1), .struck(record.strikes[0]), .ended(record)])
            #expect(record.toClient.octets == 2)
        }
    }
}

/// The descriptors of this process, by what their sockets are bound to.
enum Descriptors {
    /// Sockets whose own port is `port`.
    static func sockets(at port: UInt16) -> [Int32] {
        all.filter { self.port(of: $0, isPeer: false) == port }
    }

    /// Sockets whose peer's port is `port`.
    static func sockets(connectedTo port: UInt16) -> [Int32] {
        all.filter { self.port(of: $0, isPeer: true) == port }
    }

    /// The inodes of Unix-domain sockets.
    static var unixSockets: Set<UInt64> {
        let found = all.filter { address(of: $0, isPeer: false)?.ss_family == sa_family_t(AF_UNIX) }
        return Set(
            found.compactMap { descriptor in
                var status = stat()
                // Holds: the structure is a local that outlives the call.
                return unsafe fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
            })
    }

    static func isCloseOnExec(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0 }

    private static var all: Range<Int32> { 0..<4096 }

    private static func port(of descriptor: Int32, isPeer: Bool) -> UInt16? {
        guard let address = address(of: descriptor, isPeer: isPeer), address.ss_family == sa_family_t(AF_INET) else {
            return nil
        }
        // Holds: an address of AF_INET is a sockaddr_in.
        return unsafe withUnsafeBytes(of: address) {
            unsafe UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    private static func address(of descriptor: Int32, isPeer: Bool) -> sockaddr_storage? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // Holds: the storage is large enough for every family.
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe isPeer ? getpeername(descriptor, $0, &length) : getsockname(descriptor, $0, &length)
            }
        }
        return code == 0 ? address : nil
    }
}
