import CGlibcExtras
import Glibc
import Octets

/// An address a socket connects to or is bound to: IPv4, IPv6 or of the Unix domain.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The kernel's form.
    private let storage: [UInt8]
    /// AF_INET, AF_INET6 or AF_UNIX.
    package let family: Int32
    /// The numeric host with its scope, without brackets; the name of a Unix-domain socket.
    package let host: String
    /// The port, 0...65535; 0 in the Unix domain.
    package let port: UInt16

    /// The address at `address`, `length` octets long; nil for a family that is neither IPv4 nor IPv6.
    @unsafe init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        // Holds: the caller vouches for `length` octets at `address`; the two buffers are as long as is said.
        family = Int32(unsafe address.pointee.sa_family)
        guard family == AF_INET || family == AF_INET6 else { return nil }
        let code = unsafe getnameinfo(
            address, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
            NI_NUMERICHOST | NI_NUMERICSERV)
        guard code == 0 else { return nil }
        storage = unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
        self.host = Self.text(host)
        port = UInt16(Self.text(service)) ?? 0
    }

    /// The port `port` at `address`.
    package init?(_ address: IPAddress, port: UInt16) {
        var made: SocketAddress?
        switch address.family {
        case .ipv4:
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            // Holds: the four octets are what the structure has room for, here and below.
            unsafe withUnsafeMutableBytes(of: &form.sin_addr) { unsafe $0.copyBytes(from: address.octets) }
            made = unsafe Self.make(&form)
        case .ipv6:
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            form.sin6_scope_id = address.scope
            unsafe withUnsafeMutableBytes(of: &form.sin6_addr) { unsafe $0.copyBytes(from: address.octets) }
            made = unsafe Self.make(&form)
        }
        guard let made else { return nil }
        self = made
    }

    /// The port `port` at a literal address: IPv4, or IPv6 without brackets and perhaps with a scope, such as `fe80::1%eth0`
    /// (RFC 4007 §11); nil where `literal` is none.
    ///
    /// - Throws: `TransportError` of kind `.invalidEndpoint` for a scope that this machine does not have.
    package static func literal(_ literal: String, port: UInt16) throws(TransportError) -> SocketAddress? {
        guard let percent = literal.utf8.firstIndex(of: UInt8(ascii: "%")) else {
            return IPAddress(literal).flatMap { SocketAddress($0, port: port) }
        }
        guard let address = IPAddress(String(literal[..<percent])), address.family == .ipv6 else { return nil }
        let name = String(literal[literal.utf8.index(after: percent)...])
        // Holds: the name is NUL-terminated for the call.
        let scope = UInt32(name) ?? (name.utf8.contains(0) ? 0 : unsafe if_nametoindex(name))
        guard scope != 0 else {
            throw TransportError(
                .invalidEndpoint, during: "resolve",
                "\(literal.escapedForDisplay): there is no interface \(name.escapedForDisplay)")
        }
        return IPAddress(octets: address.octets, scope: scope).flatMap { SocketAddress($0, port: port) }
    }

    /// The address of a Unix-domain socket.
    ///
    /// - Throws: `TransportError` of kind `.invalidEndpoint` for a name that the kernel has no room for, or that has a NUL.
    package init(_ name: UnixSocketName) throws(TransportError) {
        storage = try name.socketAddress
        family = AF_UNIX
        host = name.description
        port = 0
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

    /// The address without its port; nil in the Unix domain.
    package var address: IPAddress? {
        switch family {
        // sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)): family and port first, then the address behind nothing or a flow label.
        case AF_INET where storage.count >= 8: IPAddress(octets: Array(storage[4..<8]))
        case AF_INET6 where storage.count >= 28:
            IPAddress(octets: Array(storage[8..<24]), scope: Self.number(storage[24..<28]))
        default: nil
        }
    }

    /// Lends the kernel's form to `body`.
    @unsafe func withSocketAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value? {
        // Holds: the octets were copied from an address of this very form; malloc aligns them for it.
        unsafe storage.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    /// Connects `descriptor` to this address; whether that came about at once.
    package func connect(_ descriptor: Int32) -> Bool {
        // Holds: the address lends its own octets for the call.
        unsafe withSocketAddress { pointer, length in unsafe Glibc.connect(descriptor, pointer, length) } == 0
    }

    /// The address literal of RFC 5321 §4.1.3, such as `[192.0.2.1]` or `[IPv6:2001:db8::1]`; nil in the Unix domain.
    package var literal: String? {
        switch family {
        case AF_INET6: "[IPv6:\(host.prefix { $0 != "%" })]"
        case AF_INET: "[\(host)]"
        default: nil
        }
    }

    /// `host:port`, IPv6 in brackets; the name of a Unix-domain socket.
    package var description: String {
        switch family {
        case AF_INET6: "[\(host)]:\(port)"
        case AF_INET: "\(host):\(port)"
        default: host
        }
    }

    @unsafe private static func make<Form>(_ form: inout Form) -> SocketAddress? {
        // Holds: the form is a whole address of its family, lent for the call.
        unsafe withUnsafePointer(to: &form) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe SocketAddress(pointer, length: socklen_t(MemoryLayout<Form>.size))
            }
        }
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> UInt32 {
        // In the machine's order, as the kernel keeps it.
        octets.reversed().reduce(0) { $0 << 8 | UInt32($1) }.littleEndian
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
