import Glibc
import Synchronization

/// An open socket, closed exactly once: when told to, or when nobody has it any more.
final class SocketDescriptor: Sendable {
    private let value: Atomic<Int32>

    /// Takes the ownership of `descriptor`.
    init(_ descriptor: Int32) {
        value = Atomic(descriptor)
    }

    deinit {
        close()
    }

    /// The descriptor's number; -1 when it is closed.
    var number: Int32 { value.load(ordering: .relaxed) }

    /// Closes it; further calls do nothing.
    func close() {
        let number = value.exchange(-1, ordering: .relaxed)
        guard number >= 0 else { return }
        // EINTR is not tried again: on Linux the descriptor is gone by then.
        _ = Glibc.close(number)
    }

    /// A non-blocking TCP socket for `family` with the options a mail client wants.
    static func stream(family: Int32) throws(TransportError) -> SocketDescriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = socket(family, type, 0)
        guard number >= 0 else { throw TransportError(errno: errno, during: "socket") }
        let descriptor = SocketDescriptor(number)
        // A command is one write: waiting for more would only delay it.
        descriptor.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        // An idle peer that is gone is noticed after 60 + 3 × 20 seconds.
        descriptor.set(SOL_SOCKET, SO_KEEPALIVE, 1)
        descriptor.set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 60)
        descriptor.set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 20)
        descriptor.set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        // And so is one that does not acknowledge what was sent: milliseconds.
        descriptor.set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 120_000)
        return descriptor
    }

    /// The error the kernel holds for the socket, 0 for none.
    var pendingError: Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Holds: both are locals that outlive the call.
        return unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    /// Options are wishes: a kernel that knows one not is no reason not to connect.
    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        // Holds: `value` is a local that outlives the call.
        _ = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
