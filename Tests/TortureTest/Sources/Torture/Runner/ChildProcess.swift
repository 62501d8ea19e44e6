import CTorture
import Glibc

/// A program that is run to its end, or killed when it takes too long; what it wrote is kept.
struct ChildProcess: Sendable {
    enum End: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
        case killed
    }

    let end: End
    let output: String
    let duration: Duration

    /// Runs this very executable with `arguments`, and `environment` added to its own.
    static func run(_ arguments: [String], environment: [String: String], within limit: Duration) -> ChildProcess? {
        var pipe: Int32 = -1
        let began = ContinuousClock.now
        // Holds: both lists end with an empty text, and `pipe` outlives the call.
        let process = unsafe torture_spawn(
            Self.list(["torture"] + arguments), Self.list(environment.map { "\($0.key)=\($0.value)" }), &pipe)
        guard process > 0 else { return nil }
        defer { close(pipe) }
        var (output, isOver) = read(pipe, until: began + limit)
        // A process that closed its output is about to end.
        let status = wait(process, until: isOver ? began + limit + .seconds(1) : began + limit)
        let duration = ContinuousClock.now - began
        guard let status else {
            kill(process, SIGKILL)
            var ignored: Int32 = 0
            // Holds: the status is a local that outlives the call.
            _ = unsafe waitpid(process, &ignored, 0)
            if output.isEmpty { output = "(nothing was written)" }
            return ChildProcess(end: .killed, output: output, duration: duration)
        }
        // WTERMSIG and WEXITSTATUS, which are macros.
        let signal = status & 0x7F
        let end: End = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
        return ChildProcess(end: end, output: output, duration: duration)
    }

    /// The texts, each with its NUL, and an empty one behind them.
    private static func list(_ texts: [String]) -> [CChar] {
        texts.flatMap { $0.utf8CString } + [0]
    }

    /// What comes out of `descriptor`, and whether it ended in time.
    private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> (String, Bool) {
        var octets: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { return (String(decoding: octets, as: UTF8.self), false) }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Holds: one structure and a buffer of the size that is told, which outlive the calls.
            guard unsafe poll(&watched, 1, Int32(left.rounded(.up))) > 0 else { continue }
            let count = unsafe Glibc.read(descriptor, &room, room.count)
            if count > 0, octets.count < 1 << 20 { octets += room[..<count] }
            if count == 0 { return (String(decoding: octets, as: UTF8.self), true) }
        }
    }

    private static func wait(_ process: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
        while true {
            var status: Int32 = 0
            // Holds: the status is a local that outlives the call.
            if unsafe waitpid(process, &status, WNOHANG) == process { return status }
            guard ContinuousClock.now < deadline else { return nil }
            usleep(500)
        }
    }
}
