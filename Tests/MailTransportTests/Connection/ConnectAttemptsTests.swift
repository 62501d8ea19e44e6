import Glibc
import MailTestKit
import Octets
import Testing

@testable import MailTransport

/// RFC 8305: families are asked for at once, attempts are staggered, the first success wins, and nothing is left behind.
@Suite(.timeLimit(.minutes(2))) struct ConnectAttemptsTests {
    private func address(_ port: UInt16) throws -> SocketAddress {
        try #require(try SocketAddress.literal("127.0.0.1", port: port))
    }

    /// Kept, so that nobody else gets their ports.
    private static let refusing = Lock<[RefusingPort]>([])

    /// A port where nobody listens.
    private func closedPort() throws -> SocketAddress {
        let made = try RefusingPort()
        Self.refusing.withLock { $0.append(made) }
        return try address(made.port)
    }

    private func listener() throws -> LoopbackListener {
        try LoopbackListener { peer in readUntil("never", from: peer) }
    }

    /// A configuration that finds the addresses of every name by `search`.
    private func configuration(
        _ search: @escaping @Sendable (AddressFamily) -> [String]
    ) -> TransportConfiguration {
        var configuration = TransportConfiguration()
        configuration.resolver.lookups = HostLookups(limit: 8, patience: .seconds(60)) { question, _ in
            let found = search(question.family).compactMap { IPAddress($0) }
            guard !found.isEmpty else {
                return .failure(TransportError(.hostNotFound, during: "resolve", "no \(question.family) address"))
            }
            return .success(found)
        }
        return configuration
    }

    private func connect(
        _ destination: ConnectAttempts.Destination, _ configuration: TransportConfiguration = TransportConfiguration(),
        within limit: Duration = .seconds(40), on loop: EventLoop
    ) async throws -> (socket: SocketDescriptor, to: SocketAddress?) {
        let socket = try await ConnectAttempts.connect(to: destination, configuration, within: limit, on: loop)
        return (socket, SocketAddress(remoteEndOf: socket.number))
    }

    private func expectNothing(on loop: EventLoop, sourceLocation: SourceLocation = #_sourceLocation) async {
        // What is left to tidy up runs on the loop right behind the result.
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        #expect(loop.holdings.descriptors == 0, sourceLocation: sourceLocation)
        #expect(loop.holdings.timers == 0, sourceLocation: sourceLocation)
    }

    // MARK: Attempts

    @Test func `an attempt that is refused makes way at once`() async throws {
        let loop = try EventLoop()
        let refused = try closedPort()
        let listener = try listener()
        var configuration = TransportConfiguration()
        configuration.happyEyeballs.attemptDelay = .seconds(2)
        let clock = ContinuousClock()
        let began = clock.now
        let made = try await connect(
            .addresses(Array(repeating: refused, count: 40) + [try address(listener.port)]), configuration, on: loop)
        #expect(made.to?.port == listener.port)
        // Forty attempts that waited for each other would take eighty seconds.
        #expect(clock.now - began < .seconds(30))
        await expectNothing(on: loop)
    }

    @Test func `attempts that hang are overtaken, each after the attempt delay`() async throws {
        let loop = try EventLoop()
        let hole = try BlackHole()
        let listener = try listener()
        let clock = ContinuousClock()
        let began = clock.now
        let made = try await connect(
            .addresses([hole.address, hole.address, hole.address, try address(listener.port)]), on: loop)
        #expect(made.to?.port == listener.port)
        #expect(clock.now - began >= .milliseconds(750))
        await expectNothing(on: loop)
    }

    @Test func `the deadline holds for all attempts together, and tells of each`() async throws {
        let loop = try EventLoop()
        let hole = try BlackHole()
        let refused = try closedPort()
        let error = await #expect(throws: TransportError.self) {
            _ = try await connect(
                .addresses([refused, hole.address, hole.address]), within: .milliseconds(300), on: loop)
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.description.contains("connect \(hole.address): no answer") == true, "\(error as Any)")
        #expect(error?.description.contains("connect \(refused): Connection refused") == true)
        await expectNothing(on: loop)
    }

    @Test func `a cancelled task stops connecting at once`() async throws {
        let loop = try EventLoop()
        let hole = try BlackHole()
        let task = Task { _ = try await connect(.addresses([hole.address]), on: loop) }
        #expect(await eventually { loop.holdings.descriptors == 1 })
        let clock = ContinuousClock()
        let began = clock.now
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(clock.now - began < .seconds(2))
        #expect(error?.kind == .cancelled)
        await expectNothing(on: loop)
    }

    @Test func `every failure is told, and the kind is of the first that says more than that there is no way`()
        async throws
    {
        let loop = try EventLoop()
        let (first, second) = (try closedPort(), try closedPort())
        let unreachable = try #require(try SocketAddress.literal("255.255.255.255", port: 1))
        let error = await #expect(throws: TransportError.self) {
            _ = try await connect(.addresses([unreachable, first, second]), on: loop)
        }
        #expect(error?.kind == .connectionRefused)
        for address in [unreachable, first, second] {
            #expect(error?.description.contains("\(address)") == true, "\(error as Any)")
        }
        await expectNothing(on: loop)
    }

    @Test func `of a thousand addresses as many are tried as are wanted`() async throws {
        let loop = try EventLoop()
        let port = try closedPort().port
        let configuration = configuration { family in
            family == .ipv4 ? (0..<1000).map { "127.0.\($0 / 250).\($0 % 250 + 1)" } : []
        }
        let error = await #expect(throws: TransportError.self) {
            _ = try await connect(.name("many.example", port: port), configuration, on: loop)
        }
        #expect(error?.kind == .connectionRefused)
        #expect(error?.description.components(of: "Connection refused") == 64)
        await expectNothing(on: loop)
    }

    // MARK: Resolution

    @Test func `a dead IPv6 address that comes first does not keep IPv4 from being reached`() async throws {
        let loop = try EventLoop()
        let (hole, listener) = try BlackHole.beside { try self.listener() }
        let configuration = configuration { $0 == .ipv6 ? ["::1"] : ["127.0.0.1"] }
        let clock = ContinuousClock()
        let began = clock.now
        let made = try await connect(.name("mail.example", port: listener.port), configuration, on: loop)
        #expect(made.to?.host == "127.0.0.1")
        #expect(clock.now - began >= .milliseconds(250))
        withExtendedLifetime(hole) {}
        await expectNothing(on: loop)
    }

    @Test func `a family whose lookup hangs is waited for no longer than the resolution delay`() async throws {
        let loop = try EventLoop()
        let listener = try listener()
        let gate = Gate()
        let configuration = configuration { family in
            guard family == .ipv4 else {
                gate.wait()
                return []
            }
            return ["127.0.0.1"]
        }
        let clock = ContinuousClock()
        let began = clock.now
        let made = try await connect(.name("mail.example", port: listener.port), configuration, on: loop)
        #expect(made.to?.host == "127.0.0.1")
        #expect(clock.now - began >= .milliseconds(50))
        // The other family's lookup was begun, and still hangs.
        #expect(gate.arrivals == 1)
        await expectNothing(on: loop)
    }

    @Test func `the family that goes first is not held up by the other`() async throws {
        let loop = try EventLoop()
        let listener = try listener()
        let gate = Gate()
        var configuration = configuration { family in
            guard family == .ipv4 else {
                gate.wait()
                return []
            }
            return ["127.0.0.1"]
        }
        configuration.happyEyeballs.firstFamily = .family(.ipv4)
        configuration.happyEyeballs.resolutionDelay = .seconds(60)
        let made = try await connect(.name("mail.example", port: listener.port), configuration, on: loop)
        #expect(made.to?.host == "127.0.0.1")
        await expectNothing(on: loop)
    }

    @Test func `addresses that arrive late are still tried`() async throws {
        let loop = try EventLoop()
        let gate = Gate()
        let (hole, listener) = try BlackHole.beside { try self.listener() }
        var configuration = configuration { family in
            guard family == .ipv4 else { return ["::1"] }
            gate.wait()
            return ["127.0.0.1"]
        }
        configuration.happyEyeballs.attemptDelay = .milliseconds(100)
        let task = Task { try await connect(.name("mail.example", port: listener.port), configuration, on: loop) }
        // The attempt at IPv6 is under way by then.
        #expect(await eventually { loop.holdings.descriptors == 1 && gate.arrivals == 1 })
        gate.open()
        #expect(try await task.value.to?.host == "127.0.0.1")
        withExtendedLifetime(hole) {}
        await expectNothing(on: loop)
    }

    @Test func `a resolver that hangs is given up by deadline and by cancellation, and holds up no literal address`()
        async throws
    {
        let loop = try EventLoop()
        let gate = Gate()
        let configuration = configuration { _ in
            gate.wait()
            return []
        }
        let late = await #expect(throws: TransportError.self) {
            _ = try await connect(.name("hang.example", port: 1), configuration, within: .milliseconds(200), on: loop)
        }
        #expect(late?.kind == .timedOut)
        #expect(late?.description.contains("no answer on the IPv4 addresses") == true, "\(late as Any)")
        await expectNothing(on: loop)

        let clock = ContinuousClock()
        let task = Task { _ = try await connect(.name("hang2.example", port: 1), configuration, on: loop) }
        #expect(await eventually { gate.arrivals == 4 })
        let began = clock.now
        task.cancel()
        let cancelled = await #expect(throws: TransportError.self) { try await task.value }
        #expect(clock.now - began < .seconds(2))
        #expect(cancelled?.kind == .cancelled)
        await expectNothing(on: loop)

        // All threads of this resolver but four hang now, and then all.
        let more = (0..<4).map { number in
            Task { _ = try await connect(.name("more\(number).example", port: 1), configuration, on: loop) }
        }
        #expect(await eventually { gate.arrivals == 8 })
        let queued = await #expect(throws: TransportError.self) {
            _ = try await connect(.name("queued.example", port: 1), configuration, within: .milliseconds(200), on: loop)
        }
        #expect(queued?.kind == .timedOut)
        #expect(
            queued?.description.contains("could not be asked for: 8 other lookups did not end") == true,
            "\(queued as Any)")
        let listener = try listener()
        let made = try await connect(.addresses([try address(listener.port)]), configuration, on: loop)
        #expect(made.to?.port == listener.port)
        for task in more { task.cancel() }
        for task in more { _ = await task.result }
        await expectNothing(on: loop)
    }

    @Test func `a name that neither family has says so`() async throws {
        let loop = try EventLoop()
        let error = await #expect(throws: TransportError.self) {
            _ = try await connect(.name("none.example", port: 1), configuration { _ in [] }, on: loop)
        }
        #expect(error?.kind == .hostNotFound)
        #expect(error?.description.contains("none.example") == true)
        await expectNothing(on: loop)
    }

    @Test func `a server whose answers change is asked once a family for each connection, which keeps to what it got`()
        async throws
    {
        let loop = try EventLoop()
        let listener = try listener()
        let server = try ScriptedNameServer([
            ("rebind.example", 1, .inTurn([.records([.address("127.0.0.1")]), .records([.address("127.0.0.2")])]))
        ])
        var configuration = TransportConfiguration()
        configuration.resolver = server.resolver
        let made = try await connect(.name("rebind.example", port: listener.port), configuration, on: loop)
        #expect(made.to?.host == "127.0.0.1")
        #expect(server.questions.map(\.type).sorted() == [1, 28])
        // The next connection goes where the name leads by then, and nowhere else: nobody listens at 127.0.0.2.
        let error = await #expect(throws: TransportError.self) {
            _ = try await connect(.name("rebind.example", port: listener.port), configuration, on: loop)
        }
        #expect(error?.description.contains("127.0.0.2") == true)
        #expect(error?.description.contains("127.0.0.1") == false)
        await expectNothing(on: loop)
    }

    // MARK: Where it comes from

    @Test func `a source address is kept, and a family without one is not used`() async throws {
        let loop = try EventLoop()
        let listener = try listener()
        var configuration = configuration { $0 == .ipv6 ? ["::1"] : ["127.0.0.1"] }
        configuration.sourceAddresses = ["127.0.0.9"]
        let made = try await connect(.name("mail.example", port: listener.port), configuration, on: loop)
        #expect(SocketAddress(localEndOf: made.socket.number)?.host == "127.0.0.9")

        configuration.sourceAddresses = ["::1"]
        let error = await #expect(throws: TransportError.self) {
            _ = try await connect(.name("mail.example", port: listener.port), configuration, on: loop)
        }
        #expect(error?.description.contains("no source address of its family") == true, "\(error as Any)")
        for (source, kind) in [
            ("192.0.2.250", TransportError.Kind.unreachable), ("localhost", .invalidEndpoint), ("", .invalidEndpoint),
        ] {
            configuration.sourceAddresses = [source]
            let error = await #expect(throws: TransportError.self) {
                _ = try await connect(.addresses([try address(listener.port)]), configuration, on: loop)
            }
            #expect(error?.kind == kind, "\(source): \(error as Any)")
        }
        await expectNothing(on: loop)
    }
}

extension String {
    /// How often `part` stands in the text.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}

extension SocketAddress {
    /// The far end of a connected socket.
    fileprivate init?(remoteEndOf descriptor: Int32) {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // Holds: the storage is large enough for every family, and `length` says so.
        let made: SocketAddress? = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe getpeername(descriptor, pointer, &length) == 0 else { return nil }
                return unsafe SocketAddress(pointer, length: length)
            }
        }
        guard let made else { return nil }
        self = made
    }
}
