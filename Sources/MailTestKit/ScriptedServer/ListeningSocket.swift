internal import Glibc

/// A socket that listens on 127.0.0.1, at a port the kernel chose; closed with its last owner.
final class ListeningSocket: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws(ScriptFailure) {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw ScriptFailure("no socket to listen on (errno \(errno))") }
        descriptor = made
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Holds: the address is a local that outlives the calls, and as long as they are told.
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(made, pointer, length) == 0 && listen(made, 64) == 0
                    && getsockname(made, pointer, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        // A connection that is gone again before it is accepted must not make accepting wait.
        _ = fcntl(made, F_SETFL, O_NONBLOCK)
        guard isListening else { throw ScriptFailure("cannot listen on 127.0.0.1 (errno \(errno))") }
    }

    deinit {
        close(descriptor)
    }

    /// The next connection; nil where none came in time.
    func accept(until deadline: Deadline) -> Int32? {
        while deadline.wait(for: descriptor, POLLIN) {
            let accepted = Glibc.accept(descriptor, nil, nil)
            if accepted >= 0 {
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
                return accepted
            }
            guard errno == EINTR || errno == EAGAIN || errno == ECONNABORTED else { return nil }
        }
        return nil
    }
}
