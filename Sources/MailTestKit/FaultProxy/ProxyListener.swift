internal import CGlibcExtras
internal import Glibc

/// A socket that listens for a proxy's clients; closed by who runs the proxy.
struct ProxyListener: Sendable {
    let descriptor: Int32
    let port: UInt16
    /// Whether its clients are on this machine for sure.
    let isLocal: Bool

    /// Listens at `host` and `port`; 0 for a port that the kernel chooses.
    init(host: String, port: UInt16) throws(FaultProxyError) {
        let place = "listen on \(FaultProxy.Target.host(host, port: port))"
        guard let address = try ProxyAddress.resolve(host, port: port, toListen: true).first else {
            throw FaultProxyError("cannot \(place): it has no address")
        }
        let made: Int32
        switch address.makeSocket() {
        case .success(let descriptor): made = descriptor
        case .failure(let number): throw FaultProxyError(place, errno: number.value)
        }
        var on: Int32 = 1
        // Holds: `on` is a local that outlives the call. A proxy that starts anew takes its old port again.
        _ = unsafe setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var number = address.bind(made)
        if number == 0, listen(made, 1024) != 0 { number = errno }
        guard number == 0, let chosen = Self.port(of: made) else {
            _ = Glibc.close(made)
            throw FaultProxyError(place, errno: number)
        }
        descriptor = made
        isLocal = address.isLocal
        self.port = chosen
    }

    func close() {
        _ = Glibc.close(descriptor)
    }

    /// The next client, non-blocking; the errno where there is none.
    func accept() -> Result<Int32, ProxyAddress.ErrorNumber> {
        let accepted = mailwire_accept4(
            descriptor, nil, nil, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
        return accepted >= 0 ? .success(accepted) : .failure(ProxyAddress.ErrorNumber(errno))
    }

    private static func port(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // Holds: the storage is large enough for every family; the port is in the same place in both.
        return unsafe withUnsafeMutablePointer(to: &address) { pointer in
            let code = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
            guard code == 0 else { return nil }
            return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }
}
