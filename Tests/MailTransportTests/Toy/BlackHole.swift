import Glibc

@testable import MailTransport

/// A loopback port whose connections never come about: its queue is full, and nobody takes anything out of it.
final class BlackHole: Sendable {
    let address: SocketAddress
    private let descriptors: [SocketDescriptor]

    /// - Parameter port: 0 for one that the kernel chooses.
    init(_ family: AddressFamily = .ipv4, port: UInt16 = 0) throws {
        let listener = try SocketDescriptor.stream(family: family.number)
        var on: Int32 = 1
        // Holds: `on` is a local that outlives the call.
        _ = unsafe setsockopt(
            listener.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
        guard let ip = IPAddress(family == .ipv4 ? "127.0.0.1" : "::1"), let wanted = SocketAddress(ip, port: port)
        else {
            throw LoopbackListener.Failed()
        }
        // Holds: the address lends its own octets for the call.
        let code = unsafe wanted.withSocketAddress { unsafe bind(listener.number, $0, $1) }
        guard code == 0, listen(listener.number, 0) == 0, let address = SocketAddress(localEndOf: listener.number)
        else {
            throw LoopbackListener.Failed()
        }
        var descriptors = [listener]
        for _ in 0..<16 {
            let filler = try SocketDescriptor.stream(family: family.number)
            guard try filler.connect(to: address) else { break }
            descriptors.append(filler)
            var watched = pollfd(fd: filler.number, events: Int16(POLLOUT), revents: 0)
            // Holds: one structure, which outlives the call. The first that hangs says that the queue is full.
            if unsafe poll(&watched, 1, 100) == 0 { break }
        }
        self.address = address
        self.descriptors = descriptors
    }

    /// A black hole at one family's loopback address and a listener at the other's, at the same port.
    static func beside(_ listen: () throws -> LoopbackListener) throws -> (hole: BlackHole, listener: LoopbackListener)
    {
        for _ in 0..<50 {
            let listener = try listen()
            if let hole = try? BlackHole(.ipv6, port: listener.port) { return (hole, listener) }
        }
        throw LoopbackListener.Failed()
    }
}
