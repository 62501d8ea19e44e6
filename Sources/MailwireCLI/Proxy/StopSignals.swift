import Glibc
import Synchronization

/// SIGINT and SIGTERM as something to wait for in place of a sudden end.
///
/// They are caught, not blocked: beside the program's threads stands one of libdispatch's that takes any signal.
enum StopSignals {
    struct Refused: Error, CustomStringConvertible {
        let description = "cannot wait for signals: there is no descriptor or thread for it"
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Where the handler writes, and where the thread reads.
    private static let bell = Atomic<Int32>(-1)
    private static let listener = Atomic<Int32>(-1)

    /// Does `work` on a thread of its own when the first of the signals comes; a second one ends the process as ever.
    ///
    /// To be called once.
    static func wait(_ work: @escaping @Sendable () -> Void) throws {
        var ends: [Int32] = [-1, -1]
        // Holds: there is room for two descriptors.
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Refused() }
        listener.store(ends[0], ordering: .relaxed)
        bell.store(ends[1], ordering: .relaxed)
        try start(work)
        for number in [SIGINT, SIGTERM] {
            // Holds: the handler uses what is set up above, and calls nothing that a handler may not.
            _ = signal(number) { number in
                let before = errno
                var octet: UInt8 = 0
                _ = unsafe write(StopSignals.bell.load(ordering: .relaxed), &octet, 1)
                _ = signal(number, SIG_DFL)
                errno = before
            }
        }
    }

    private static func start(_ work: @escaping @Sendable () -> Void) throws {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Work(work))
        // Holds: the retain is taken back once, by the thread, or below where none was started.
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                var octet: UInt8 = 0
                while unsafe read(StopSignals.listener.load(ordering: .relaxed), &octet, 1) < 0, errno == EINTR {}
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            unsafe argument.release()
            throw Refused()
        }
        pthread_detach(thread)
    }
}
