import Glibc

/// The address that this machine would speak from.
enum SourceAddress {
    /// The address that packets to `destination` would come from; nil where there is no way to it. Nothing is sent.
    static func find(for destination: IPAddress) -> IPAddress? {
        // A datagram socket that is connected has a route and a source, and has sent nothing. The port does not matter.
        guard let address = SocketAddress(destination, port: 9) else { return nil }
        let number = socket(address.family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return nil }
        defer { close(number) }
        return address.connect(number) ? SocketAddress(localEndOf: number)?.address : nil
    }
}
