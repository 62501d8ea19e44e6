internal import Glibc

/// A file that has content and a path, but no place in any folder: it is gone with its last owner, or with the process.
final class UnlinkedFile: Sendable {
    private let descriptor: Int32

    /// A path that opens the file while this object lives, in this process.
    let path: String

    /// A file that holds `content`.
    init(_ content: [UInt8]) throws(TestTLSError) {
        var name = Array("/tmp/mailwire-XXXXXX".utf8CString)
        // Holds: mkstemp changes the X's in place, the array ends with NUL.
        let made = unsafe mkstemp(&name)
        guard made >= 0 else { throw TestTLSError("make a temporary file (errno \(errno))") }
        _ = unsafe unlink(name)
        _ = fcntl(made, F_SETFD, FD_CLOEXEC)
        descriptor = made
        path = "/proc/\(getpid())/fd/\(made)"
        var octets = content[...]
        while !octets.isEmpty {
            // Holds: the octets are lent for the call.
            let count = unsafe octets.withUnsafeBytes { unsafe write(made, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw TestTLSError("write a temporary file (errno \(errno))") }
            octets = octets.dropFirst(max(count, 0))
        }
    }

    deinit {
        close(descriptor)
    }
}
