import Glibc

/// The client's end of a connection on the loopback, found behind the back of whoever owns it.
enum ClientSocket {
    /// The descriptor in this process that is connected to `port`.
    static func connected(to port: UInt16) -> Int32? {
        (0..<65_536).first { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            // Holds: the address is a local that outlives the call, and as long as it is told.
            let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe getpeername(descriptor, pointer, &length)
                }
            }
            return code == 0 && Int32(address.sin_family) == AF_INET && UInt16(bigEndian: address.sin_port) == port
        }
    }

    /// Makes every write to the connection fail with EPIPE, while its peer goes on as before.
    static func breakWriting(to port: UInt16) -> Bool {
        guard let descriptor = connected(to: port) else { return false }
        return shutdown(descriptor, Int32(SHUT_WR)) == 0
    }
}
