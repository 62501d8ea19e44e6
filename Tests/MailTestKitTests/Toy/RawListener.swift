import Glibc

/// A server's listening socket, whose connections a test takes one by one.
final class RawListener: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let path: String?

    struct Failed: Error {}

    /// On 127.0.0.1.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        path = nil
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Holds: the address is a local that outlives the calls.
        let code = unsafe withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) | listen(descriptor, 512)
                    | getsockname(descriptor, pointer, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try setUp(code)
    }

    /// On a Unix-domain socket at `path`, which is removed with this object.
    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.path = path
        port = 0
        var address = [UInt8(AF_UNIX), 0] + Array(path.utf8)
        address += [UInt8](repeating: 0, count: MemoryLayout<sockaddr_un>.size - address.count)
        // Holds: the octets are a sockaddr_un's, and as many.
        let code = unsafe address.withUnsafeBytes { [descriptor] bytes in
            guard let base = bytes.baseAddress else { return Int32(-1) }
            return unsafe bind(descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
                | listen(descriptor, 16)
        }
        try setUp(code)
    }

    private func setUp(_ code: Int32) throws {
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        // Holds: the limit is a local that outlives the call. It holds for accept(2) too.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard code == 0 else { throw Failed() }
    }

    deinit {
        close(descriptor)
        // Holds: the path is NUL-terminated for the call.
        if let path { _ = unsafe unlink(path) }
    }

    /// The next connection; waits for it for a minute.
    func accept() throws -> RawPeer {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { throw Failed() }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return RawPeer(accepted)
    }
}
