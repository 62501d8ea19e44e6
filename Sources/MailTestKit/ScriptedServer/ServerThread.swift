internal import Glibc

/// Threads for servers whose reads and writes block.
enum ServerThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a detached thread of its own, where a write to a closed socket is an error and no signal.
    ///
    /// - Returns: whether there was a thread to be had.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Body(body))
        // Holds: the retain is taken back once, by the thread, or below where none was started.
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                var set = sigset_t()
                unsafe sigemptyset(&set)
                unsafe sigaddset(&set, SIGPIPE)
                unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            unsafe argument.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
