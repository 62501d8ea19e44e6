import Glibc

/// What this process has open.
enum OpenDescriptors {
    /// Each descriptor's number with what it leads to, but for the one that looks, and the timers of Swift's own executor.
    static func list() -> [String] {
        // Holds: the stream is used here alone and closed once; an entry is read before the next one takes its place.
        guard let folder = unsafe opendir("/proc/self/fd") else { return [] }
        defer { unsafe closedir(folder) }
        let own = unsafe dirfd(folder)
        var found: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let number = Int32(name), number != own else { continue }
            let target = target(of: name)
            if target != "anon_inode:[timerfd]" { found.append("\(number):\(target)") }
        }
        return found.sorted()
    }

    private static func target(of name: String) -> String {
        var room = [UInt8](repeating: 0, count: 256)
        // Holds: readlink writes no more than the room it is told of.
        let count = unsafe room.withUnsafeMutableBytes { room in
            guard let base = room.baseAddress else { return -1 }
            return unsafe readlink("/proc/self/fd/\(name)", base.assumingMemoryBound(to: CChar.self), room.count)
        }
        return count > 0 ? String(decoding: room[..<count], as: UTF8.self) : "?"
    }
}
