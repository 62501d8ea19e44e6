import ArgumentParser
import Glibc

/// Reads a file into memory.
enum WholeFile {
    /// The octets of the file at `path`.
    ///
    /// - Throws: `ValidationError`, with the system's words, for a file that cannot be read.
    static func read(_ path: String) throws -> [UInt8] {
        // Holds: the path is NUL-terminated for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            // Holds: the buffer is as long as is said.
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return octets }
            octets.append(contentsOf: buffer[..<count])
        }
    }

    private static func failure(_ path: String) -> ValidationError {
        let code = errno
        // Holds: strerror's text is copied at once, on the only thread that asks.
        return ValidationError("\(path): \(unsafe String(cString: strerror(code)))")
    }
}
