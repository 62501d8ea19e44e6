import Glibc

/// The descriptors of this process.
enum Descriptors {
    /// Takes every one that is left, having lowered the limit to 128.
    static func takeAll() -> [Int32] {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        // Holds: the limit is a local that outlives both calls.
        unsafe getrlimit(resource, &limit)
        limit.rlim_cur = min(limit.rlim_max, 128)
        unsafe setrlimit(resource, &limit)
        var taken: [Int32] = []
        while true {
            let descriptor = unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return taken }
            taken.append(descriptor)
        }
    }

    /// Number and target of each that is open, but for the one that looks and the timers of Swift's own executor.
    static var open: [String] { list("/proc/self/fd").filter { !$0.hasSuffix("[timerfd]") } }

    /// What a child process has open when it begins.
    static func openInChild() -> [String] {
        var process: pid_t = 0
        let words = unsafe [strdup("sleep"), strdup("60"), nil]
        // Holds: the words are copies, NULL behind them, freed after the call.
        let code = unsafe posix_spawn(&process, "/bin/sleep", nil, nil, words, environ)
        unsafe words.forEach { word in unsafe free(word) }
        guard code == 0 else { return [] }
        // posix_spawn returns when the child runs its program.
        let found = list("/proc/\(process)/fd", includingOwn: true)
        kill(process, SIGKILL)
        _ = waitpid(process, nil, 0)
        return found
    }

    /// The processor time that this process has spent.
    static var processorTime: Duration {
        var spent = timespec()
        // Holds: the time is a local that outlives the call.
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
        return .seconds(spent.tv_sec) + .nanoseconds(spent.tv_nsec)
    }

    private static func list(_ path: String, includingOwn: Bool = false) -> [String] {
        // Holds: the stream is used here alone and closed once; an entry is read before the next one takes its place.
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        let own = unsafe dirfd(folder)
        var found: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let number = Int32(name), includingOwn || number != own else { continue }
            var room = [UInt8](repeating: 0, count: 256)
            // Holds: readlink writes no more than the room it is told of.
            let count = unsafe room.withUnsafeMutableBytes { room in
                guard let base = room.baseAddress else { return -1 }
                return unsafe readlink("\(path)/\(name)", base.assumingMemoryBound(to: CChar.self), room.count)
            }
            found.append("\(number) \(String(decoding: room.prefix(max(count, 0)), as: UTF8.self))")
        }
        return found.sorted()
    }
}
