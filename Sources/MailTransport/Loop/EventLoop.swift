import CGlibcExtras
import Glibc
import Octets
import Synchronization

/// One thread that waits for sockets and timers and runs what lives on it.
///
/// The loop is the executor of the actors that own connections: a readiness event, the read, the parse and the caller's
/// continuation run on one thread, without a hop. Code on a loop must not block. The loop's thread masks SIGPIPE; the process's
/// signal handling is not touched. A loop lives as long as the process.
public final class EventLoop: SerialExecutor, TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var work: [@Sendable () -> Void] = []
        var registrations: [Int32: Registration] = [:]
        var timers = TimerHeap()
        var generation: UInt32 = 0
        var isAsleep = false
    }

    private struct Registration {
        let handler: any LoopHandler
        let generation: UInt32
        var readiness: Readiness
    }

    private let epoll: Int32
    private let wakeUp: Int32
    private let state = Lock(State())
    private let thread = Atomic<UInt>(0)
    private let connections = Atomic<Int>(0)

    /// A loop with its thread started.
    ///
    /// - Throws: `TransportError` of kind `.descriptorsExhausted` or `.system` where the kernel has no descriptor or thread for it.
    public init() throws(TransportError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw TransportError(errno: errno, during: "epoll_create1") }
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeUp >= 0 else {
            let code = errno
            _ = close(epoll)
            throw TransportError(errno: code, during: "eventfd")
        }
        // Holds: `event` is a local that outlives the call, its mark stored as u64.
        var event = unsafe epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: Self.wakeUpMark))
        guard unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event) == 0 else {
            let code = errno
            _ = close(wakeUp)
            _ = close(epoll)
            throw TransportError(errno: code, during: "epoll_ctl")
        }
        try Thread.start("mailwire-loop") { self.run() }
    }

    // MARK: Executor

    /// Queues a job for the loop's thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        let mustWake = state.withLock { state in
            state.jobs.append(unowned)
            return Self.takeSleep(&state)
        }
        if mustWake { wake() }
    }

    /// Traps unless the current thread is the loop's.
    public func checkIsolated() {
        precondition(isCurrent, "not on the event loop")
    }

    /// Whether the current thread is the loop's.
    public var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: Work and timers

    /// Runs `work` on the loop's thread, after what is queued already.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        let mustWake = state.withLock { state in
            state.work.append(work)
            return Self.takeSleep(&state)
        }
        if mustWake { wake() }
    }

    /// Runs `work` on the loop's thread once `delay` has passed on the monotonic clock, unless the timer is cancelled.
    @discardableResult
    public func schedule(after delay: Duration, _ work: @escaping @Sendable () -> Void) -> LoopTimer {
        let deadline = MonotonicTime.now.advanced(by: delay)
        let (id, mustWake) = state.withLock { state in
            let id = state.timers.add(deadline, work)
            return (id, Self.takeSleep(&state))
        }
        if mustWake { wake() }
        return LoopTimer(loop: self, id: id)
    }

    func cancelTimer(_ id: UInt64) {
        state.withLock { state in state.timers.cancel(id) }
    }

    // MARK: Descriptors

    /// Tells `handler` whenever `descriptor` is ready for `readiness`, for as long as it is.
    func register(_ descriptor: Int32, _ handler: any LoopHandler, for readiness: Readiness) throws(TransportError) {
        let generation = state.withLock { state in
            state.generation &+= 1
            state.registrations[descriptor] = Registration(
                handler: handler, generation: state.generation, readiness: readiness)
            return state.generation
        }
        let code = control(EPOLL_CTL_ADD, descriptor, readiness, generation)
        guard code == 0 else {
            state.withLock { state in state.registrations[descriptor] = nil }
            throw TransportError(errno: code, during: "epoll_ctl")
        }
    }

    /// Changes what `descriptor` is watched for; nothing happens where it is not registered or already watched for that.
    func update(_ descriptor: Int32, to readiness: Readiness) {
        let before: Registration? = state.withLock { state in
            guard let known = state.registrations[descriptor], known.readiness != readiness else { return nil }
            state.registrations[descriptor]?.readiness = readiness
            return known
        }
        guard let before else { return }
        // epoll tells of a hang-up whether it is asked or not, again and again: what nobody watches must not be in the set.
        let operation = readiness.isEmpty ? EPOLL_CTL_DEL : before.readiness.isEmpty ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        _ = control(operation, descriptor, readiness, before.generation)
    }

    /// Forgets `descriptor`; its handler is not called again.
    func deregister(_ descriptor: Int32) {
        let known = state.withLock { state in state.registrations.removeValue(forKey: descriptor) }
        if let known, !known.readiness.isEmpty { _ = control(EPOLL_CTL_DEL, descriptor, [], 0) }
    }

    /// Number of descriptors and timers the loop holds; for tests that nothing is left behind.
    package var holdings: (descriptors: Int, timers: Int) {
        state.withLock { state in (state.registrations.count, state.timers.count) }
    }

    /// How many connections live here, for placing the next one.
    var connectionCount: Int { connections.load(ordering: .relaxed) }

    func countConnection(_ change: Int) {
        connections.add(change, ordering: .relaxed)
    }

    // MARK: The thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        Thread.maskBrokenPipeSignal()
        var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)
        var jobs: [UnownedJob] = []
        var work: [@Sendable () -> Void] = []
        while true {
            let timeout = state.withLock { state in
                let timeout = Self.timeout(&state)
                state.isAsleep = timeout != 0
                return timeout
            }
            // Holds: `events` has room for the number given and outlives the call.
            let count = unsafe epoll_wait(epoll, &events, Int32(events.count), timeout)
            let due = state.withLock { state in
                state.isAsleep = false
                swap(&jobs, &state.jobs)
                swap(&work, &state.work)
                return state.timers.takeDue(.now)
            }
            // Holds: every registration of this loop stored its mark as u64.
            for index in 0..<Int(max(count, 0)) { unsafe dispatch(events[index].data.u64) }
            for action in due { action() }
            for action in work { action() }
            work.removeAll(keepingCapacity: true)
            // Holds: each job was handed over by the runtime for exactly one run, on this serial executor's own thread.
            for job in jobs {
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            jobs.removeAll(keepingCapacity: true)
        }
    }

    private func dispatch(_ mark: UInt64) {
        guard mark != Self.wakeUpMark else {
            var count: UInt64 = 0
            // Holds: `count` is eight octets, which is what an eventfd gives.
            _ = unsafe read(wakeUp, &count, 8)
            return
        }
        let descriptor = Int32(truncatingIfNeeded: mark & 0xFFFF_FFFF)
        let generation = UInt32(truncatingIfNeeded: mark >> 32)
        // An event of a descriptor that was closed and given out again earlier in this round is not for its new owner.
        let handler: (any LoopHandler)? = state.withLock { state in
            guard let known = state.registrations[descriptor], known.generation == generation else { return nil }
            return known.handler
        }
        handler?.ready(descriptor)
    }

    private static func timeout(_ state: inout State) -> Int32 {
        guard state.jobs.isEmpty, state.work.isEmpty else { return 0 }
        guard let next = state.timers.next else { return -1 }
        let left = next.nanoseconds - MonotonicTime.now.nanoseconds
        // Rounded up, so that a timer is due when the wait ends.
        return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 3_600_000))
    }

    private static func takeSleep(_ state: inout State) -> Bool {
        defer { state.isAsleep = false }
        return state.isAsleep
    }

    private func wake() {
        var one: UInt64 = 1
        // Holds: `one` is eight octets, which is what an eventfd takes. A full counter wakes the loop as well.
        _ = unsafe write(wakeUp, &one, 8)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ readiness: Readiness, _ generation: UInt32
    ) -> Int32 {
        var mask: UInt32 = 0
        if readiness.contains(.readable) { mask |= EPOLLIN.rawValue }
        if readiness.contains(.writable) { mask |= EPOLLOUT.rawValue }
        let mark = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        // Holds: `event` is a local that outlives the call, its mark stored as u64.
        var event = unsafe epoll_event(events: mask, data: epoll_data_t(u64: mark))
        return unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : errno
    }

    private static let wakeUpMark = UInt64.max
}

/// A timer that was set on a loop.
public struct LoopTimer: Sendable {
    let loop: EventLoop
    let id: UInt64

    /// The work will not run, unless it already does. May be called more than once.
    public func cancel() {
        loop.cancelTimer(id)
    }
}
