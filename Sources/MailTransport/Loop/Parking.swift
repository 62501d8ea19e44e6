/// Where tasks stand that wait for something of a loop.
///
/// The task of a continuation goes on by way of the global pool: two threads are woken for each wait. A task that switches to an
/// executor is handed to that executor as a job, to be run when its time has come. So a task waits here by calling `pass()`: its
/// job is kept, and when it is released runs on the loop's thread, which is where its actor is at home. Nothing is allocated for it.
actor Parking: SerialExecutor {
    /// The loop owns this, and whoever comes here keeps the loop.
    private nonisolated unowned let loop: EventLoop
    private var passed: UInt = 0

    init(on loop: EventLoop) {
        self.loop = loop
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // Holds: an executor that is this actor itself lives as long as it.
        unsafe asUnownedSerialExecutor()
    }

    nonisolated func enqueue(_ job: consuming ExecutorJob) {
        loop.park(UnownedJob(job))
    }

    /// Returns when the ticket that was drawn last is released; to be called right after drawing it, on the loop.
    func pass() {
        // Without state to touch the compiler would leave the switch out.
        passed &+= 1
    }
}
