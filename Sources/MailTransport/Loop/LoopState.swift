/// What a loop's thread and others share, under the loop's lock.
struct LoopState {
    typealias Work = @Sendable () -> Void

    struct Registration {
        let handler: any LoopHandler
        let generation: UInt32
        var readiness: Readiness
    }

    /// What must be done once the lock is given back.
    enum Nudge {
        case none
        /// The thread sleeps in the kernel.
        case wake
        /// There is no thread any more.
        case start
    }

    /// How the thread goes on.
    enum Turn {
        case wait(timeout: Int32)
        /// Nothing is left on a loop that was told to stop; these wait to hear it.
        case end([CheckedContinuation<Void, Never>])
    }

    var jobs: [UnownedJob] = []
    var work: [Work] = []
    var registrations: [Int32: Registration] = [:]
    var timers = TimerHeap()
    /// Who wants to know that the loop stops, beside the handlers.
    var stopWatchers: [UInt64: Work] = [:]
    var stopWaiters: [CheckedContinuation<Void, Never>] = []
    private(set) var isStopping = false
    private(set) var isRunning = true

    private var generation: UInt32 = 0
    private var lastWatcher: UInt64 = 0
    private var isAsleep = false
    private var buffers: [[UInt8]] = []
    /// Made when it is first needed.
    var parking: Parking?
    /// Tasks that wait, by their tickets; see `Parking`.
    private var parked: [UInt64: UnownedJob] = [:]
    private var lastTicket: UInt64 = 0
    /// The ticket whose task comes next.
    private var expected: UInt64?

    /// Something was queued: what it takes for the thread to see it.
    mutating func nudge() -> Nudge {
        guard isRunning else {
            isRunning = true
            return .start
        }
        defer { isAsleep = false }
        return isAsleep ? .wake : .none
    }

    /// The thread is about to wait.
    mutating func beginTurn(now: MonotonicTime) -> Turn {
        if isStopping, jobs.isEmpty, work.isEmpty, registrations.isEmpty, timers.count == 0 {
            isRunning = false
            isAsleep = false
            buffers = []
            defer { stopWaiters = [] }
            return .end(stopWaiters)
        }
        let timeout = timeout(now: now)
        isAsleep = timeout != 0
        return .wait(timeout: timeout)
    }

    /// The thread is awake: whatever is queued from now on is seen.
    mutating func awake() {
        isAsleep = false
    }

    /// The thread takes what was queued; both arrays are empty before.
    mutating func takeWork(_ jobs: inout [UnownedJob], _ work: inout [Work]) {
        swap(&jobs, &self.jobs)
        swap(&work, &self.work)
    }

    private mutating func timeout(now: MonotonicTime) -> Int32 {
        guard jobs.isEmpty, work.isEmpty else { return 0 }
        guard let next = timers.next else { return -1 }
        let left = next.nanoseconds - now.nanoseconds
        // Rounded up, so that a timer is due when the wait ends.
        return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 3_600_000))
    }

    // MARK: Parked tasks

    /// The number under which the task that comes next is kept.
    mutating func drawTicket() -> UInt64 {
        lastTicket &+= 1
        expected = lastTicket
        return lastTicket
    }

    /// Keeps a task until it is released; false where it was released before it came, and is queued.
    mutating func park(_ job: UnownedJob) -> Bool {
        guard let ticket = expected else {
            jobs.append(job)
            return false
        }
        expected = nil
        parked[ticket] = job
        return true
    }

    /// Queues the task; false where it has not come yet, and will not be kept then.
    mutating func release(_ ticket: UInt64) -> Bool {
        guard let job = parked.removeValue(forKey: ticket) else {
            if expected == ticket { expected = nil }
            return false
        }
        jobs.append(job)
        return true
    }

    // MARK: Descriptors

    /// The generation under which `handler` is registered; nil where the loop takes nothing more.
    mutating func register(_ descriptor: Int32, _ handler: any LoopHandler, _ readiness: Readiness) -> UInt32? {
        guard !isStopping else { return nil }
        generation &+= 1
        registrations[descriptor] = Registration(handler: handler, generation: generation, readiness: readiness)
        return generation
    }

    /// The registration before the change; nil where there is none or nothing changes.
    mutating func change(_ descriptor: Int32, to readiness: Readiness) -> Registration? {
        guard let known = registrations[descriptor], known.readiness != readiness else { return nil }
        registrations[descriptor]?.readiness = readiness
        return known
    }

    // MARK: Stopping

    /// From now on nothing new is registered; whom to tell.
    mutating func beginStop() -> (handlers: [any LoopHandler], watchers: [Work]) {
        isStopping = true
        defer { stopWatchers = [:] }
        return (registrations.values.map(\.handler), Array(stopWatchers.values))
    }

    /// The number under which `action` is kept; nil where the loop stops already.
    mutating func watchStop(_ action: @escaping Work) -> UInt64? {
        guard !isStopping else { return nil }
        lastWatcher += 1
        stopWatchers[lastWatcher] = action
        return lastWatcher
    }

    // MARK: Buffers

    /// Memory to read into, as long as `size`.
    mutating func takeBuffer(_ size: Int) -> [UInt8] {
        buffers.popLast() ?? [UInt8](repeating: 0, count: size)
    }

    /// Takes memory back, for whoever reads next; a few are kept.
    mutating func giveBuffer(_ buffer: consuming [UInt8], _ size: Int) {
        if buffers.count < 4, buffer.count == size { buffers.append(buffer) }
    }
}
