import Glibc
import Octets

/// The name of a Unix-domain socket (unix(7)).
public enum UnixSocketName: Sendable, Hashable, CustomStringConvertible {
    /// A path in the file system, at most 107 octets long.
    case path(String)
    /// A name in Linux's abstract namespace, at most 107 octets of UTF-8, without the NUL that the kernel has in front.
    case abstract(String)

    /// The path, or `@` and the abstract name; control characters escaped.
    public var description: String {
        switch self {
        case .path(let path): path.escapedForDisplay
        case .abstract(let name): "@" + name.escapedForDisplay
        }
    }

    /// The kernel's form.
    var socketAddress: [UInt8] {
        get throws(TransportError) {
            let room = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size
            let octets: [UInt8]
            switch self {
            case .path(let path):
                guard !path.isEmpty, !path.utf8.contains(0) else { throw unusable("is no path") }
                octets = Array(path.utf8) + [0]
            case .abstract(let name):
                guard !name.isEmpty else { throw unusable("is no name") }
                octets = [0] + Array(name.utf8)
            }
            guard octets.count <= room else { throw unusable("is longer than \(room - 1) octets") }
            var family = sa_family_t(AF_UNIX)
            // Holds: the family is a local, lent for the copy.
            return unsafe withUnsafeBytes(of: &family) { unsafe Array($0) } + octets
        }
    }

    private func unusable(_ why: String) -> TransportError {
        TransportError(.invalidEndpoint, during: "connect", "the name \(self) of a Unix-domain socket \(why)")
    }
}
