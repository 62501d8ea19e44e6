import Glibc

/// What tells whether a file has changed since it was read.
struct FileStamp: Sendable, Hashable {
    let path: String
    private let identity: [UInt64]

    /// The stamp of what is at `path` now, a missing file included; may block.
    init(_ path: String) {
        self.path = path
        var status = stat()
        // Holds: the path is NUL-terminated for the call, and `status` a local that outlives it.
        guard unsafe stat(path, &status) == 0 else {
            identity = []
            return
        }
        identity = [
            UInt64(status.st_dev), UInt64(status.st_ino), UInt64(bitPattern: Int64(status.st_size)),
            UInt64(bitPattern: Int64(status.st_mtim.tv_sec)), UInt64(bitPattern: Int64(status.st_mtim.tv_nsec)),
            UInt64(bitPattern: Int64(status.st_ctim.tv_sec)), UInt64(bitPattern: Int64(status.st_ctim.tv_nsec)),
        ]
    }

    /// Whether the file is as it was; may block.
    var holds: Bool { FileStamp(path) == self }
}
