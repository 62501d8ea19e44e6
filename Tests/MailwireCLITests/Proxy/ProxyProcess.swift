import Glibc

@testable import MailwireCLI

/// `mailwire proxy` in a process of its own, whose standard output is read line by line.
final class ProxyProcess {
    struct Failed: Error {}

    let identifier: pid_t
    private let output: Int32
    private var status: Int32?
    private var rest: [UInt8] = []
    private(set) var lines: [String] = []

    init(_ arguments: [String]) throws {
        var ends: [Int32] = [-1, -1]
        // Holds: there is room for two descriptors.
        guard unsafe pipe(&ends) == 0 else { throw Failed() }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        output = ends[0]
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var made: pid_t = 0
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        let words = [Self.executable, "proxy"] + arguments
        // Holds: the texts are copies that live until they are freed here, and the list ends with NULL.
        var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
        let code = unsafe posix_spawn(&made, Self.executable, &actions, nil, &pointers, &environment)
        unsafe posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        identifier = made
        guard code == 0 else { throw Failed() }
    }

    deinit {
        if status == nil { kill(identifier, SIGKILL) }
        _ = waitForExit()
        close(output)
    }

    /// The program beside the tests.
    private static var executable: String {
        var room = [UInt8](repeating: 0, count: 4096)
        // Holds: the link is read into room that is as long as is said.
        let count = unsafe room.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe readlink("/proc/self/exe", base.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        let path = String(decoding: room[..<max(count, 0)], as: UTF8.self)
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/mailwire"
    }

    /// The port that it says it listens on.
    var port: UInt16? {
        guard let line = nextLine(), let start = line.firstRange(of: "127.0.0.1:") else { return nil }
        return UInt16(line[start.upperBound...].prefix { $0.isNumber })
    }

    private func nextLine() -> String? {
        var room = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = rest.firstIndex(of: 10) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeFirst(end + 1)
                lines.append(line)
                return line
            }
            // Holds: the room is as long as is said.
            let count = unsafe Glibc.read(output, &room, room.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            rest += room[..<count]
        }
    }

    /// Reads all lines, waits, and gives the exit code; negative for a signal.
    func waitForExit() -> Int32 {
        if let status { return status }
        while nextLine() != nil {}
        var state: Int32 = 0
        // Holds: the state is a local that outlives the call.
        while unsafe waitpid(identifier, &state, 0) < 0, errno == EINTR {}
        let code = state & 0x7F == 0 ? state >> 8 & 0xFF : -(state & 0x7F)
        status = code
        return code
    }

    // MARK: A client of it

    func connect(_ port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // Holds: limit and address are locals that outlive the calls.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw Failed()
        }
        return descriptor
    }

    /// What comes until there are `limit` octets or the end.
    func read(_ descriptor: Int32, _ limit: Int) -> String {
        var octets: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 256)
        while octets.count < limit {
            // Holds: the room is at least as long as is said.
            let count = unsafe recv(descriptor, &room, min(room.count, limit - octets.count), 0)
            guard count > 0 else { break }
            octets += room[..<count]
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Connects, and gives what comes until the end; with `closes`, of one octet, and closes then.
    func talk(_ port: UInt16, closes: Bool = false) throws -> String {
        let descriptor = try connect(port)
        defer { close(descriptor) }
        return read(descriptor, closes ? 1 : .max)
    }
}
