import Octets

/// A result that one task waits for and any thread may give, once; the first of result, deadline, cancellation and the loop's end counts.
final class SharedReply<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case waiting(CheckedContinuation<Result<Value, TransportError>, Never>)
        case resolved(Result<Value, TransportError>)
        case taken
    }

    private let state = Lock(State.pending)

    /// Gives the result; later ones are dropped.
    func resolve(_ result: Result<Value, TransportError>) {
        let waiting: CheckedContinuation<Result<Value, TransportError>, Never>? = state.withLock { state in
            switch state {
            case .pending:
                state = .resolved(result)
                return nil
            case .waiting(let continuation):
                state = .taken
                return continuation
            case .resolved, .taken:
                return nil
            }
        }
        waiting?.resume(returning: result)
    }

    /// Waits until the reply is resolved, `limit` passes, where there is one, or the task is cancelled.
    func value(
        during phase: String, within limit: Duration?, on loop: EventLoop
    ) async -> Result<Value, TransportError> {
        let timer = limit.map { limit in
            loop.schedule(after: limit) { self.resolve(.failure(.timedOut(during: phase, after: limit))) }
        }
        let watcher = loop.watchStop { self.resolve(.failure(.loopStopped(during: phase))) }
        defer {
            timer?.cancel()
            if let watcher { loop.forgetStopWatcher(watcher) }
        }
        return await withTaskExecutorPreference(loop) {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in park(continuation) }
            } onCancel: {
                resolve(.failure(.cancelled(during: phase)))
            }
        }
    }

    private func park(_ continuation: CheckedContinuation<Result<Value, TransportError>, Never>) {
        let known: Result<Value, TransportError>? = state.withLock { state in
            switch state {
            case .resolved(let result):
                state = .taken
                return result
            case .pending, .waiting, .taken:
                state = .waiting(continuation)
                return nil
            }
        }
        if let known { continuation.resume(returning: known) }
    }
}
