import Glibc
import Octets

/// Connects to the first address that answers (RFC 8305): the families are asked for at once, attempts begin with what is known and overlap,
/// and the first success ends all others.
///
/// The deadline is for everything together. An error tells of every attempt.
actor ConnectAttempts: LoopHandler {
    /// Whom to connect to.
    enum Destination: Sendable, CustomStringConvertible {
        /// The first of these that answers.
        case addresses([SocketAddress])
        /// A port of a host, whose addresses are to be found.
        case name(String, port: UInt16)

        var description: String {
            switch self {
            case .addresses(let addresses):
                addresses.prefix(4).map(\.description).joined(separator: ", ") + (addresses.count > 4 ? ", …" : "")
            case .name(let name, let port): "\(name):\(port)"
            }
        }
    }

    private struct Attempt {
        let socket: SocketDescriptor
        let address: SocketAddress
    }

    private let loop: EventLoop
    private let destination: Destination
    private let configuration: TransportConfiguration
    private let sources: [SocketAddress]
    private let lookups: HostLookups
    private let limit: Duration
    private let reply: SharedReply<SocketDescriptor>
    private let trace: WireTrace

    private var queue: AttemptQueue
    private var questions: [AddressFamily: HostLookups.Ticket] = [:]
    private var attempts: [Int32: Attempt] = [:]
    private var failures: [TransportError] = []
    private var unresolved: [TransportError] = []
    private var lastStart = MonotonicTime.now
    /// Whether the first attempt was made, or the first family was waited for long enough.
    private var hasBegun = false
    private var isOver = false
    private var nextAttempt: LoopTimer?
    private var resolutionDelay: LoopTimer?
    private var deadline: LoopTimer?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Connects to `destination` within `limit`.
    ///
    /// - Throws: `TransportError`, of the kind of the first failure that says more than that there is no way.
    static func connect(
        to destination: Destination, _ configuration: TransportConfiguration, within limit: Duration,
        on loop: EventLoop,
        _ trace: WireTrace = WireTrace(logger: nil, label: "connect")
    ) async throws(TransportError) -> SocketDescriptor {
        let reply = SharedReply<SocketDescriptor>()
        var sources: [SocketAddress] = []
        for source in configuration.sourceAddresses { sources.append(try Self.source(source)) }
        let attempts = ConnectAttempts(destination, configuration, sources, limit, reply, trace, on: loop)
        loop.execute { attempts.assumeIsolated { $0.begin() } }
        let result = await reply.value(during: "connect to \(destination)", within: nil, on: loop)
        loop.execute { attempts.assumeIsolated { $0.finish() } }
        return try result.get()
    }

    private init(
        _ destination: Destination, _ configuration: TransportConfiguration, _ sources: [SocketAddress],
        _ limit: Duration,
        _ reply: SharedReply<SocketDescriptor>, _ trace: WireTrace, on loop: EventLoop
    ) {
        self.loop = loop
        self.destination = destination
        self.configuration = configuration
        self.sources = sources
        self.limit = limit
        self.reply = reply
        self.trace = trace
        lookups = configuration.resolver.lookups ?? .shared
        queue = AttemptQueue(configuration.happyEyeballs)
    }

    nonisolated func ready(_ descriptor: Int32) {
        assumeIsolated { $0.settle(descriptor) }
    }

    nonisolated func loopStops() {
        reply.resolve(.failure(.loopStopped(during: "connect")))
        assumeIsolated { $0.finish() }
    }

    private func begin() {
        guard !isOver else { return }
        deadline = schedule(after: limit) { attempts in attempts.giveUp() }
        switch destination {
        case .addresses(let addresses):
            queue.add(addresses)
        case .name(let name, _):
            // The AAAA query first, and the A query right behind it (RFC 8305 §3).
            for family in [AddressFamily.ipv6, .ipv4] {
                questions[family] = lookups.ask(name, family, configuration.resolver) { [weak self, loop] answer in
                    loop.execute { [weak self] in self?.assumeIsolated { $0.resolved(family, answer) } }
                }
            }
        }
        proceed()
    }

    // MARK: Resolution

    private func resolved(_ family: AddressFamily, _ answer: HostLookups.Answer) {
        guard !isOver, case .name(_, let port) = destination else { return }
        questions[family] = nil
        switch answer {
        case .success(let found):
            trace.note("\(destination) is at \(found.addresses.map(\.description).joined(separator: ", "))")
            queue.add(found, of: family, port: port)
        case .failure(let error):
            trace.note(error.description)
            unresolved.append(error)
        }
        proceed()
    }

    /// Whether the first attempt may be made: the family that should go first is known, or was waited for long enough.
    private var mayBegin: Bool {
        guard !hasBegun, questions[configuration.happyEyeballs.awaitedFamily] != nil else { return true }
        if resolutionDelay == nil {
            resolutionDelay = schedule(after: configuration.happyEyeballs.resolutionDelay) { attempts in
                attempts.hasBegun = true
                attempts.proceed()
            }
        }
        return false
    }

    // MARK: Attempts

    /// Makes the next attempt, where one is due.
    private func proceed() {
        while !isOver, nextAttempt == nil {
            guard !queue.isEmpty else {
                if attempts.isEmpty, questions.isEmpty { fail(story("connect to \(destination)")) }
                return
            }
            guard mayBegin, let address = queue.next() else { return }
            hasBegun = true
            do throws(TransportError) {
                try start(address)
                nextAttempt = proceed(after: configuration.happyEyeballs.heldAttemptDelay)
            } catch {
                note(error)
            }
        }
    }

    private func proceed(after delay: Duration) -> LoopTimer {
        schedule(after: delay) { attempts in
            attempts.nextAttempt = nil
            attempts.proceed()
        }
    }

    private func start(_ address: SocketAddress) throws(TransportError) {
        trace.note("connecting to \(address)")
        lastStart = .now
        let source = sources.first { $0.family == address.family }
        guard source != nil || sources.isEmpty || address.family == AF_UNIX else {
            throw TransportError(
                .unreachable, during: "connect", "connect \(address): no source address of its family was given")
        }
        let socket = try SocketDescriptor.stream(family: address.family, configuration.socketOptions, source: source)
        guard try socket.connect(to: address) else {
            // The listener's queue is full: a moment later it may not be. The deadline ends this.
            trace.note("the queue of \(address) is full")
            return queue.putBack(address)
        }
        try loop.register(socket.number, self, for: .writable)
        attempts[socket.number] = Attempt(socket: socket, address: address)
    }

    private func settle(_ descriptor: Int32) {
        guard !isOver, let attempt = attempts[descriptor], attempt.socket.hasSettled else { return }
        let code = attempt.socket.pendingError
        loop.deregister(descriptor)
        attempts[descriptor] = nil
        guard code == 0 else {
            attempt.socket.close()
            note(TransportError(errno: code, during: "connect", subject: attempt.address.description))
            // The next one goes at once, but not within 10 milliseconds of the last (RFC 8305 §5).
            let wait = Duration.milliseconds(10) - MonotonicTime.now.since(lastStart)
            nextAttempt?.cancel()
            nextAttempt = wait > .zero ? proceed(after: wait) : nil
            return proceed()
        }
        trace.note("connected to \(attempt.address)")
        reply.resolve(.success(attempt.socket))
        finish()
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        for timer in [nextAttempt, resolutionDelay, deadline] { timer?.cancel() }
        for ticket in questions.values { lookups.forget(ticket) }
        questions = [:]
        for (descriptor, attempt) in attempts {
            loop.deregister(descriptor)
            attempt.socket.close()
        }
        attempts = [:]
    }

    private func schedule(
        after delay: Duration, _ action: @escaping @Sendable (isolated ConnectAttempts) -> Void
    ) -> LoopTimer {
        loop.schedule(after: delay) { [weak self] in self?.assumeIsolated { action($0) } }
    }

    // MARK: Failure

    private func note(_ error: TransportError) {
        trace.note(error.description)
        failures.append(error)
    }

    private func giveUp() {
        let late = TransportError.timedOut(during: "connect to \(destination)", after: limit)
        fail(TransportError(.timedOut, during: "connect", story(late.description).description))
    }

    private func fail(_ error: TransportError) {
        reply.resolve(.failure(error))
        finish()
    }

    /// All failures and all that is still going on in one error, of the kind of the first failure that says most.
    private func story(_ beginning: String) -> TransportError {
        var told = failures.map(\.description)
        told += attempts.values.map { "connect \($0.address): no answer" }.sorted()
        // That a host has but one family is no news once its addresses were tried.
        told += unresolved.filter { told.isEmpty || $0.kind != .hostNotFound }.map(\.description)
        for (family, ticket) in questions {
            let (underWay, isQueued) = lookups.progress(of: ticket)
            told.append(
                isQueued
                    ? "the \(family) addresses could not be asked for: \(underWay) other lookups did not end"
                    : "no answer on the \(family) addresses")
        }
        let telling = failures.first { $0.kind != .unreachable } ?? failures.first
        let cause = telling ?? unresolved.first { $0.kind != .hostNotFound } ?? unresolved.first
        let text = told.isEmpty ? beginning : "\(beginning): \(told.joined(separator: "; "))"
        return TransportError(
            cause?.kind ?? .closed, during: "connect", text, errorNumber: cause?.errorNumber)
    }

    private static func source(_ literal: String) throws(TransportError) -> SocketAddress {
        guard let source = try SocketAddress.literal(literal, port: 0) else {
            throw TransportError(
                .invalidEndpoint, during: "connect",
                "the source address \(literal.escapedForDisplay) is no literal address")
        }
        return source
    }
}
