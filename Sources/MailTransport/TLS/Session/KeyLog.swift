import Glibc
import Octets

/// A file that gets the keys of TLS connections, for tools that decrypt captures.
final class KeyLog: Sendable {
    private let descriptor: Int32

    /// Opens `path` to add to it, for this user alone; blocks.
    init(_ path: String) throws(TransportError) {
        // Holds: the path is NUL-terminated for the call.
        descriptor =
            path.utf8.contains(0)
            ? -1 : unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR)
        guard descriptor >= 0 else {
            throw TransportError(
                .tlsSettingsInvalid, during: "TLS set-up",
                "the key log \(path.escapedForDisplay) cannot be written: \(TransportError.text(of: errno))",
                errorNumber: errno)
        }
    }

    deinit {
        _ = close(descriptor)
    }

    /// Adds a line in one write, so that several processes can share the file.
    func add(_ line: String) {
        let octets = Array((line + "\n").utf8)
        // Holds: the octets are lent for the call. A tool for debugging does without what cannot be written.
        _ = unsafe write(descriptor, octets, octets.count)
    }
}
