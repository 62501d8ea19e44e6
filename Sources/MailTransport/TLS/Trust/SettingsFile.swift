import Glibc
import Octets

/// Files that a TLS configuration names.
enum SettingsFile {
    /// What the file at `path` holds, and its stamp from before it was read; blocks.
    ///
    /// - Parameters:
    ///   - kind: the error's kind where it cannot be read.
    ///   - limit: so many octets at most.
    static func read(
        _ path: String, or kind: TransportError.Kind, limit: Int = 16 << 20
    ) throws(TransportError) -> (octets: [UInt8], stamp: FileStamp) {
        let stamp = FileStamp(path)
        // Holds: the path is NUL-terminated for the call.
        let descriptor = path.utf8.contains(0) ? -1 : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, kind, errno) }
        defer { _ = close(descriptor) }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            // Holds: the piece is as long as is said, during the call.
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count == 0 { return (octets, stamp) }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure(path, kind, errno)
            }
            octets += piece[..<count]
            guard octets.count <= limit else { throw failure(path, kind, EFBIG) }
        }
    }

    /// The names of what is in the folder at `path`, sorted, at most `limit`; blocks. Nil where it cannot be read.
    static func names(in path: String, limit: Int) -> [String]? {
        // Holds: the path is NUL-terminated for the call; the folder is closed here, and an entry is valid until the next is read.
        guard !path.utf8.contains(0), let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while names.count < limit, let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func failure(_ path: String, _ kind: TransportError.Kind, _ code: Int32) -> TransportError {
        TransportError(
            kind, during: "TLS set-up", "\(path.escapedForDisplay) cannot be read: \(TransportError.text(of: code))",
            errorNumber: code)
    }
}
