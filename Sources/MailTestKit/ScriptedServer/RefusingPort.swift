internal import Glibc

/// A port on 127.0.0.1 that refuses every connection, and that nobody else gets meanwhile: bound, and not listened on.
public final class RefusingPort: Sendable {
    /// The port.
    public let port: UInt16

    private let descriptor: Int32

    /// Takes a port that the kernel chooses.
    ///
    /// - Throws: where the kernel has no descriptor or port.
    public init() throws(ScriptFailure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ScriptFailure("no socket (errno \(errno))") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        // Holds: the address is a local that outlives both calls, as long as it is said to be.
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) == 0 ? unsafe getsockname(descriptor, pointer, &length) : -1
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard code == 0 else {
            close(descriptor)
            throw ScriptFailure("no port (errno \(errno))")
        }
    }

    deinit {
        close(descriptor)
    }
}
