import CGlibcExtras
import Glibc
import Octets
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

    /// A non-blocking stream socket for `family`, with the options that `options` asks for, bound to `source` where there is one.
    ///
    /// - Throws: `TransportError`, also where the source or the interface cannot be had: to go another way than was asked for would
    ///   show an address that somebody wanted hidden. The other options are wishes.
    static func stream(
        family: Int32, _ options: SocketOptions = SocketOptions(), source: SocketAddress? = nil
    ) throws(TransportError) -> SocketDescriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = socket(family, type, 0)
        guard number >= 0 else { throw TransportError(errno: errno, during: "socket") }
        let descriptor = SocketDescriptor(number)
        guard family != AF_UNIX else { return descriptor }
        descriptor.apply(options)
        if let interface = options.interface { try descriptor.bind(toInterface: interface) }
        if let source { try descriptor.bind(to: source) }
        return descriptor
    }

    /// Begins to connect; false where the kernel says that it may be tried again later.
    func connect(to address: SocketAddress) throws(TransportError) -> Bool {
        var code: Int32 = 0
        // Holds: the address lends its own octets for the call.
        _ = unsafe address.withSocketAddress { pointer, length in
            if unsafe Glibc.connect(number, pointer, length) != 0 { code = errno }
        }
        switch code {
        case 0, EINPROGRESS, EINTR: return true
        // The listener's queue is full; in the Unix domain nothing tells when it no longer is.
        case EAGAIN where address.family == AF_UNIX: return false
        default: throw TransportError(errno: code, during: "connect", subject: address.description)
        }
    }

    /// The error the kernel holds for the socket, 0 for none.
    var pendingError: Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Holds: both are locals that outlive the call.
        return unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    /// Whether connecting is over, one way or the other: being told so without a reason is no proof.
    var hasSettled: Bool {
        var watched = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        // Holds: one structure, which outlives the call.
        return unsafe poll(&watched, 1, 0) > 0
    }

    private func apply(_ options: SocketOptions) {
        let tcp = Int32(IPPROTO_TCP)
        if options.noDelay { set(tcp, TCP_NODELAY, 1) }
        if let keepAlive = options.keepAlive {
            set(SOL_SOCKET, SO_KEEPALIVE, 1)
            set(tcp, TCP_KEEPIDLE, Self.held(keepAlive.idle.components.seconds, in: 1...32767))
            set(tcp, TCP_KEEPINTVL, Self.held(keepAlive.interval.components.seconds, in: 1...32767))
            set(tcp, TCP_KEEPCNT, Self.held(Int64(keepAlive.count), in: 1...127))
        }
        if let timeout = options.userTimeout {
            let (seconds, attoseconds) = timeout.components
            let milliseconds = Int64(Self.held(seconds, in: 0...2_000_000)) * 1000 + attoseconds / 1_000_000_000_000_000
            set(tcp, TCP_USER_TIMEOUT, Self.held(milliseconds, in: 1...2_000_000_000))
        }
    }

    private func bind(to source: SocketAddress) throws(TransportError) {
        // The port is chosen when the socket connects: as many connections as the four-tuples allow, not as the ports.
        set(Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
        var code: Int32 = 0
        // Holds: the address lends its own octets for the call.
        _ = unsafe source.withSocketAddress { pointer, length in
            if unsafe Glibc.bind(number, pointer, length) != 0 { code = errno }
        }
        guard code == 0 else {
            throw TransportError(errno: code, during: "bind to source address", subject: source.host)
        }
    }

    private func bind(toInterface name: String) throws(TransportError) {
        guard !name.isEmpty, name.utf8.count <= 15, !name.utf8.contains(0) else {
            throw TransportError(
                .invalidEndpoint, during: "bind to interface", "\(name.escapedForDisplay) is no name of an interface")
        }
        // Holds: the name is lent for the call with its length.
        let code = unsafe Array(name.utf8).withUnsafeBytes { octets in
            unsafe setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, octets.baseAddress, socklen_t(octets.count))
        }
        guard code == 0 else {
            throw TransportError(errno: errno, during: "bind to interface", subject: name.escapedForDisplay)
        }
    }

    /// Options are wishes: a kernel that knows one not is no reason not to connect.
    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        // Holds: `value` is a local that outlives the call.
        _ = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func held(_ value: Int64, in range: ClosedRange<Int64>) -> Int32 {
        Int32(min(max(value, range.lowerBound), range.upperBound))
    }
}
