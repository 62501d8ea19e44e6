import ArgumentParser
import Glibc

/// Writes octets to standard output or into a new file.
enum OutputFile {
    /// Writes `octets` to standard output.
    static func writeToStandardOutput(_ octets: [UInt8]) throws {
        try write(octets, to: STDOUT_FILENO, named: "standard output")
    }

    /// Writes `text` and a line end to standard error.
    static func writeToStandardError(_ text: String) {
        try? write(Array("\(text)\n".utf8), to: STDERR_FILENO, named: "standard error")
    }

    /// Makes or replaces the file at `path`, and the folders it lies in.
    ///
    /// - Throws: `ValidationError`, with the system's words.
    static func write(_ octets: [UInt8], to path: String) throws {
        try makeFolders(above: path)
        // Holds: the path is NUL-terminated for the call.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        try write(octets, to: descriptor, named: path)
    }

    private static func makeFolders(above path: String) throws {
        for end in path.indices where path[end] == "/" && end > path.startIndex {
            // Holds: the path is NUL-terminated for the call.
            if unsafe mkdir(String(path[..<end]), 0o755) != 0, errno != EEXIST, errno != EISDIR { throw failure(path) }
        }
    }

    private static func write(_ octets: [UInt8], to descriptor: Int32, named name: String) throws {
        var position = 0
        while position < octets.count {
            // Holds: what is left lies within the buffer, which does not leave the closure.
            let count = unsafe octets.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: buffer[position...]).baseAddress,
                    buffer.count - position)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(name) }
            position += count
        }
    }

    private static func failure(_ name: String) -> ValidationError {
        let code = errno
        // Holds: strerror's text is copied at once, on the only thread that asks.
        return ValidationError("\(name): \(unsafe String(cString: strerror(code)))")
    }
}
