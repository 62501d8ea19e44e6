/// A result that one task waits for on the loop, given once; confined to the client's actor.
package final class PendingReply<Value: Sendable, Failure: Error> {
    private var result: Result<Value, Failure>?
    private var continuation: CheckedContinuation<Result<Value, Failure>, Never>?

    /// Called when the result is given, so that a deadline which passes before the waiting task runs again does not count.
    var onResolve: (() -> Void)?

    /// A reply that is not there yet.
    package init() {}

    /// Whether the result was given.
    package var isResolved: Bool { result != nil }

    /// Gives the result; only the first one counts.
    package func resolve(_ result: Result<Value, Failure>) {
        guard self.result == nil else { return }
        self.result = result
        onResolve?()
        onResolve = nil
        continuation?.resume(returning: result)
        continuation = nil
    }

    /// The result, where it was given already.
    var known: Result<Value, Failure>? { result }

    func park(_ continuation: CheckedContinuation<Result<Value, Failure>, Never>) {
        if let result {
            continuation.resume(returning: result)
        } else {
            self.continuation = continuation
        }
    }
}
