import Glibc

@testable import MailTransport

/// A listening Unix-domain socket whose connections are served one after the other by a closure on a thread of its own.
final class UnixListener: Sendable {
    private let socket: SocketDescriptor

    /// - Parameter connections: how many are taken; the others wait in the queue, which has room for one more than `backlog`.
    init(_ name: UnixSocketName, connections: Int = 1, backlog: Int32 = 4, _ serve: @escaping @Sendable (Int32) -> Void)
        throws
    {
        let address = try SocketAddress(name)
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        socket = SocketDescriptor(number)
        // Holds: the address lends its own octets for the call.
        guard unsafe address.withSocketAddress({ unsafe bind(number, $0, $1) }) == 0, listen(number, backlog) == 0
        else {
            throw LoopbackListener.Failed()
        }
        let socket = socket
        try Thread.start("test-unix") {
            for _ in 0..<connections {
                let accepted = accept(socket.number, nil, nil)
                guard accepted >= 0 else { return }
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                serve(accepted)
                close(accepted)
            }
        }
    }

    deinit {
        shutdown(socket.number, Int32(SHUT_RDWR))
    }
}
