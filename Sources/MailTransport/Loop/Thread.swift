import CGlibcExtras
import Glibc

/// Operating-system threads, for what must not run on the cooperative pool.
enum Thread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread that runs `body`.
    ///
    /// - Parameter name: shown by debuggers and `ps -L`; the kernel keeps 15 octets.
    static func start(_ name: StaticString, _ body: @escaping @Sendable () -> Void) throws(TransportError) {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Body(body))
        // Holds: the retain above is taken back exactly once, by the thread itself or below where none was started.
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            unsafe argument.release()
            throw TransportError(errno: code, during: "pthread_create")
        }
        // Holds: a StaticString is NUL-terminated UTF-8 that lives for ever.
        name.withUTF8Buffer { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = unsafe mailwire_name_thread(thread, UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self))
        }
        _ = pthread_detach(thread)
    }

    /// Blocks SIGPIPE on the current thread alone: a write of OpenSSL's to a closed socket is then an error, not a signal.
    static func maskBrokenPipeSignal() {
        var set = sigset_t()
        // Holds: `set` is a local that outlives the calls.
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
