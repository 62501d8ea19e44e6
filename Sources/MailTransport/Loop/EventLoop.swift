import CGlibcExtras
import Glibc
import Octets
import Synchronization

/// One thread that waits for sockets and timers and runs what lives on it.
///
/// The loop is the executor of the actors that own connections: a readiness event, the read, the parse and the caller's
/// continuation run on one thread, without a hop. Code on a loop must not block. The loop's thread masks SIGPIPE; the process's
/// signal handling is not touched. A loop lives until it is told to `stop()`, or as long as the process.
public final class EventLoop: SerialExecutor, TaskExecutor {
    private let epoll: EpollSet
    private let state = Lock(LoopState())
    private let thread = Atomic<UInt>(0)
    private let connections = Atomic<Int>(0)
    /// What connections read since the thread waited last.
    private let octetsRead = Atomic<Int>(0)
    private let awakeLimit: Duration

    /// A loop with its thread started.
    ///
    /// - Parameter awakeLimit: how long the thread may ask for the next event again and again before it sleeps, where the last ones came
    ///   that fast; an answer from nearby is had in half the time. `.zero` to sleep always.
    /// - Throws: `TransportError` of kind `.descriptorsExhausted` or `.system` where the kernel has no descriptor or thread for it.
    public init(awakeLimit: Duration = EventLoop.defaultAwakeLimit) throws(TransportError) {
        self.awakeLimit = awakeLimit
        epoll = try EpollSet()
        try Thread.start("mailwire-loop") { self.run() }
    }

    /// 50 microseconds, about what it costs to sleep and be woken.
    public static var defaultAwakeLimit: Duration { .microseconds(50) }

    // MARK: Executor

    /// Queues a job for the loop's thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        nudge { state in state.jobs.append(unowned) }
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
        nudge { state in state.work.append(work) }
    }

    /// Runs `work` on the loop's thread once `delay` has passed on the monotonic clock, unless the timer is cancelled.
    @discardableResult
    public func schedule(after delay: Duration, _ work: @escaping @Sendable () -> Void) -> LoopTimer {
        let deadline = MonotonicTime.now.advanced(by: delay)
        return LoopTimer(loop: self, id: nudge { state in state.timers.add(deadline, work) })
    }

    func cancelTimer(_ id: UInt64) {
        let nudge = state.withLock { state in
            state.timers.cancel(id)
            // A loop that stops may have waited for this one alone.
            return state.isStopping ? state.nudge() : .none
        }
        follow(nudge)
    }

    // MARK: Descriptors

    /// Tells `handler` whenever `descriptor` is ready for `readiness`, for as long as it is.
    ///
    /// - Throws: `TransportError` of kind `.loopStopped` where the loop takes nothing more, or what the kernel says.
    func register(_ descriptor: Int32, _ handler: any LoopHandler, for readiness: Readiness) throws(TransportError) {
        let generation = state.withLock { state in state.register(descriptor, handler, readiness) }
        guard let generation else { throw .loopStopped(during: "connect") }
        let code = epoll.add(descriptor, readiness, generation: generation)
        guard code == 0 else {
            state.withLock { state in state.registrations[descriptor] = nil }
            throw TransportError(errno: code, during: "epoll_ctl")
        }
    }

    /// Changes what `descriptor` is watched for; nothing happens where it is not registered or already watched for that.
    ///
    /// - Throws: what the kernel says where it will not watch; the descriptor is watched for nothing then.
    func update(_ descriptor: Int32, to readiness: Readiness) throws(TransportError) {
        guard let before = state.withLock({ state in state.change(descriptor, to: readiness) }) else { return }
        // epoll tells of a hang-up whether it is asked or not, again and again: what nobody watches must not be in the set.
        guard !readiness.isEmpty else { return epoll.remove(descriptor) }
        let code =
            before.readiness.isEmpty
            ? epoll.add(descriptor, readiness, generation: before.generation)
            : epoll.modify(descriptor, readiness, generation: before.generation)
        guard code != 0 else { return }
        _ = state.withLock { state in state.change(descriptor, to: []) }
        throw TransportError(errno: code, during: "epoll_ctl")
    }

    /// Forgets `descriptor`; its handler is not called again.
    func deregister(_ descriptor: Int32) {
        let known = nudge { state in state.registrations.removeValue(forKey: descriptor) }
        if let known, !known.readiness.isEmpty { epoll.remove(descriptor) }
    }

    /// Number of descriptors and timers the loop holds; for tests that nothing is left behind.
    package var holdings: (descriptors: Int, timers: Int) {
        state.withLock { state in (state.registrations.count, state.timers.count) }
    }

    /// How many connections live here or are being made, for placing the next one.
    var connectionCount: Int { connections.load(ordering: .relaxed) }

    func countConnection(_ change: Int) {
        connections.add(change, ordering: .relaxed)
    }

    /// A connection here has read `count` octets.
    func countRead(_ count: Int) {
        octetsRead.add(count, ordering: .relaxed)
    }

    // MARK: Parked tasks

    /// Where this loop's tasks wait.
    var parking: Parking {
        state.withLock { state in
            if let known = state.parking { return known }
            let made = Parking(on: self)
            state.parking = made
            return made
        }
    }

    /// The number under which the task that comes to a `Parking` next is kept.
    func drawTicket() -> UInt64 {
        state.withLock { state in state.drawTicket() }
    }

    func park(_ job: UnownedJob) {
        follow(state.withLock { state in state.park(job) ? .none : state.nudge() })
    }

    /// The task with this ticket goes on.
    func release(_ ticket: UInt64) {
        follow(state.withLock { state in state.release(ticket) ? state.nudge() : .none })
    }

    // MARK: Buffers

    /// Memory to read into, `bufferSize` octets long.
    func takeBuffer() -> [UInt8] {
        state.withLock { state in state.takeBuffer(Self.bufferSize) }
    }

    /// Gives such memory back.
    func giveBuffer(_ buffer: consuming [UInt8]) {
        let given = buffer
        state.withLock { state in state.giveBuffer(given, Self.bufferSize) }
    }

    /// Octets that one read can take; connections that wait share the memory for it.
    static var bufferSize: Int { 64 * 1024 }

    // MARK: Stopping

    /// Ends every connection that lives here with an error of kind `.loopStopped`, and takes no new one.
    ///
    /// What is queued still runs, and armed timers fire or are cancelled as ever. The thread ends when no connection, timer or
    /// job is left, and this function returns then. A job that comes later, such as a task that goes on after its connection ended,
    /// still runs on this loop: nothing that was begun is lost. Further calls wait for the same end.
    public func stop() async {
        await withCheckedContinuation { continuation in
            let isOver: Bool = state.withLock { state in
                guard state.isRunning || !state.isStopping else { return true }
                state.stopWaiters.append(continuation)
                return false
            }
            guard !isOver else { return continuation.resume() }
            beginToStop()
        }
    }

    /// Does what `stop()` says without waiting for the end.
    func beginToStop() {
        execute {
            let (handlers, watchers) = self.state.withLock { state in state.beginStop() }
            for handler in handlers { handler.loopStops() }
            for watcher in watchers { watcher() }
        }
    }

    /// Whether the loop was told to stop.
    var isStopping: Bool { state.withLock { state in state.isStopping } }

    /// Runs `action` on the loop when it is told to stop; at once, where it was already (nil then).
    func watchStop(_ action: @escaping @Sendable () -> Void) -> UInt64? {
        let id = state.withLock { state in state.watchStop(action) }
        if id == nil { action() }
        return id
    }

    /// The action is not wanted any more.
    func forgetStopWatcher(_ id: UInt64) {
        state.withLock { state in state.stopWatchers[id] = nil }
    }

    // MARK: The thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        Thread.maskBrokenPipeSignal()
        var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)
        var jobs: [UnownedJob] = []
        var work: [LoopState.Work] = []
        var waiting = Waiting(awakeLimit: awakeLimit)
        while true {
            let timeout: Int32
            switch beginTurn() {
            case .wait(let limit): timeout = limit
            case .end(let waiters):
                for waiter in waiters { waiter.resume() }
                return
            }
            let octetsRead = octetsRead.exchange(0, ordering: .relaxed)
            unsafe epoll.wait(&events, timeout: timeout, &waiting, octetsRead: octetsRead) {
                state.withLock { state in state.awake() }
            } _: { descriptor, generation in
                dispatch(descriptor, generation)
            }
            // What the events and the jobs themselves queued runs before the kernel is asked again, within a bound.
            for _ in 0..<Self.roundsPerWait {
                state.withLock { state in state.takeWork(&jobs, &work) }
                let hadDue = runTimers(due: .now)
                guard hadDue || !work.isEmpty || !jobs.isEmpty else { break }
                for action in work { action() }
                work.removeAll(keepingCapacity: true)
                // Holds: each job was handed over by the runtime for exactly one run, on this serial executor's own thread.
                for job in jobs {
                    unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                }
                jobs.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Runs what is due at `now`; whether anything was.
    private func runTimers(due now: MonotonicTime) -> Bool {
        var hadDue = false
        while let action = state.withLock({ state in state.timers.takeDue(now) }) {
            hadDue = true
            action()
        }
        return hadDue
    }

    private static var roundsPerWait: Int { 16 }

    private func beginTurn() -> LoopState.Turn {
        state.withLock { state in
            let turn = state.beginTurn(now: .now)
            // The number of a thread that ended may be given to another.
            if case .end = turn { thread.store(0, ordering: .relaxed) }
            return turn
        }
    }

    private func dispatch(_ descriptor: Int32, _ generation: UInt32) {
        // An event of a descriptor that was closed and given out again earlier in this round is not for its new owner.
        let handler: (any LoopHandler)? = state.withLock { state in
            guard let known = state.registrations[descriptor], known.generation == generation else { return nil }
            return known.handler
        }
        handler?.ready(descriptor)
    }

    /// Changes the state so that the thread has something to do, and sees to it that it does.
    private func nudge<Value: Sendable>(_ change: (inout LoopState) -> Value) -> Value {
        let (value, nudge) = state.withLock { state in
            let value = change(&state)
            return (value, state.nudge())
        }
        follow(nudge)
        return value
    }

    private func follow(_ nudge: LoopState.Nudge) {
        switch nudge {
        case .none: break
        case .wake: epoll.wake()
        case .start: startAgain()
        }
    }

    /// A job came after the thread of a stopped loop had ended. It must run: a task would hang for ever otherwise.
    private func startAgain() {
        while (try? Thread.start("mailwire-loop", { self.run() })) == nil { usleep(1000) }
    }
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
