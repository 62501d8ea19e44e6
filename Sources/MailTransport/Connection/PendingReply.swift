/// A result that one task waits for on the loop, given once; confined to the client's actor.
package final class PendingReply<Value: Sendable, Failure: Error> {
    private var result: Result<Value, Failure>?
    private var waiter: (loop: EventLoop, ticket: UInt64)?
    private var wait: (list: WaitList<Failure>, ticket: UInt64)?

    /// A reply that is not there yet.
    package init() {}

    /// Whether the result was given.
    package var isResolved: Bool { result != nil }

    /// Gives the result; only the first one counts.
    package func resolve(_ result: Result<Value, Failure>) {
        guard self.result == nil else { return }
        self.result = result
        if let wait { wait.list.end(wait.ticket) }
        if let waiter { waiter.loop.release(waiter.ticket) }
        wait = nil
        waiter = nil
    }

    /// The result, where it was given already.
    var known: Result<Value, Failure>? { result }

    /// The wait ends with the result, so that a deadline which passes before the waiting task runs again does not count.
    func ends(_ ticket: UInt64, of list: WaitList<Failure>) {
        wait = (list, ticket)
    }

    /// The task that comes to the loop's `Parking` next is the one that waits.
    func expectWaiter(on loop: EventLoop) {
        assert(loop.isCurrent, "only there does nobody come in between")
        waiter = (loop, loop.drawTicket())
    }
}
