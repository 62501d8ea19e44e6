import CMeasuring
import Glibc

/// A program that runs beside this one, its standard input and output in our hands.
final class Child {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private var unread: [UInt8] = []
    private var isWaitedFor = false
    private let name: String

    /// Starts `path` on processor `processor`.
    init(_ path: String, _ arguments: [String], processor: Int, environment: [String] = []) throws {
        name = ([path] + arguments).joined(separator: " ")
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        // Holds: each array has room for the two descriptors that the call writes.
        guard unsafe open_pipe(&toChild) == 0, unsafe open_pipe(&fromChild) == 0 else {
            throw Failed(description: "no pipe")
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
        let variables = environment + ["BENCH_CPU=\(processor)", "PATH=/usr/bin:/bin"]
        // Holds: the strings are copies of our own, ended by a null pointer, and freed when the child has its own.
        var argv = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        var envp = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer { unsafe (argv + envp).forEach { unsafe free($0) } }
        var started = pid_t()
        let code = unsafe posix_spawn(&started, path, &actions, nil, &argv, &envp)
        close(toChild[0])
        close(fromChild[1])
        process = started
        input = toChild[1]
        output = fromChild[0]
        guard code == 0 else { throw Failed(description: "\(path) cannot be started: error \(code)") }
    }

    deinit {
        end()
    }

    /// The next line of its output; nil at the end.
    func line() -> String? {
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = unread.firstIndex(of: 10) {
                defer { unread.removeFirst(end + 1) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            // Holds: no more is read than the block has room for.
            let count = unsafe read(output, &block, block.count)
            guard count > 0 else { return nil }
            unread += block[..<count]
        }
    }

    func send(_ line: String) {
        let octets = Array("\(line)\n".utf8)
        // Holds: the octets live through the call.
        _ = unsafe write(input, octets, octets.count)
    }

    /// Reads what is left of its output, and waits for its good end.
    func fields() throws -> Fields {
        var fields = Fields()
        while let line = line() { fields.read(line) }
        guard end() == 0 else { throw Failed(description: "\(name) failed") }
        return fields
    }

    @discardableResult
    func end() -> Int32 {
        guard !isWaitedFor else { return 0 }
        isWaitedFor = true
        close(input)
        close(output)
        var status: Int32 = 0
        // Holds: the status is a local that outlives the call.
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
