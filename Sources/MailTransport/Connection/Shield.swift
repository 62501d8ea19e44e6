extension EngineClient {
    /// Runs `body` in a task of its own, so that the caller's cancellation does not reach it: a goodbye is said, and what must be
    /// ended in step with the server is ended.
    ///
    /// A cancelled caller is not held up by a server that does not answer: `body` has `cancellationGrace` left then, and after that the
    /// connection is closed, which ends all its waits.
    package func shielded<Value: Sendable>(
        _ body: @escaping @Sendable (isolated Self) async throws(Engine.Failure) -> Value
    ) async -> Result<Value, Engine.Failure> {
        let ticket = driver.waits.beginShield()
        let work = Task { () async -> Result<Value, Engine.Failure> in
            do throws(Engine.Failure) {
                return .success(try await body(self))
            } catch {
                return .failure(error)
            }
        }
        let result = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            loop.execute { [weak self] in self?.assumeIsolated { $0.beginGrace(ticket) } }
        }
        driver.waits.endShield(ticket)
        return result
    }

    private func beginGrace(_ ticket: UInt64) {
        guard driver.waits.isShielded(ticket) else { return }
        driver.waits.armShield(
            ticket,
            loop.schedule(after: cancellationGrace) { [weak self] in
                self?.assumeIsolated { client in
                    guard client.driver.waits.isShielded(ticket) else { return }
                    client.fail(.cancelled(during: "close"))
                }
            })
    }
}

/// How long what is shielded from cancellation may still take after it: half of the 100 ms within which a cancelled call returns.
private let cancellationGrace = Duration.milliseconds(50)
