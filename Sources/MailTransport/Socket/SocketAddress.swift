import Glibc

/// An address a socket connects to or is bound to.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The kernel's form, in the first `length` octets.
    private let storage: [UInt8]
    /// AF_INET or AF_INET6.
    package let family: Int32
    /// The numeric host, without a scope's brackets.
    package let host: String
    /// The port, 0...65535.
    package let port: UInt16

    /// The address at `address`, `length` octets long; nil for a family that is neither IPv4 nor IPv6.
    @unsafe init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        // Holds: the caller vouches for `length` octets at `address`; the two buffers are as long as is said.
        let code = unsafe getnameinfo(
            address, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
            NI_NUMERICHOST | NI_NUMERICSERV)
        family = Int32(unsafe address.pointee.sa_family)
        guard code == 0, family == AF_INET || family == AF_INET6 else { return nil }
        storage = unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
        self.host = Self.text(host)
        port = UInt16(Self.text(service)) ?? 0
    }

    /// The local end of a connected socket; nil where the kernel does not say.
    init?(localEndOf descriptor: Int32) {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // Holds: the storage is large enough for every family, and `length` says so.
        let made: SocketAddress? = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe getsockname(descriptor, pointer, &length) == 0 else { return nil }
                return unsafe SocketAddress(pointer, length: length)
            }
        }
        guard let made else { return nil }
        self = made
    }

    /// Lends the kernel's form to `body`.
    @unsafe func withSocketAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value? {
        // Holds: the octets were copied from an address of this very form; malloc aligns them for it.
        unsafe storage.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    /// The address literal of RFC 5321 §4.1.3, such as `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
    package var literal: String {
        family == AF_INET6 ? "[IPv6:\(host.prefix { $0 != "%" })]" : "[\(host)]"
    }

    /// `host:port`, IPv6 in brackets.
    package var description: String { family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
