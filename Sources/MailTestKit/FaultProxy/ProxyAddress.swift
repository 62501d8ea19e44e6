internal import Glibc
internal import Octets

/// An address of a socket in the kernel's form.
struct ProxyAddress: Sendable {
    private let storage: [UInt8]
    /// AF_INET, AF_INET6 or AF_UNIX.
    let family: Int32

    /// The addresses of `host`, the resolver's best first, at most 16.
    static func resolve(_ host: String, port: UInt16, toListen: Bool) throws(FaultProxyError) -> [ProxyAddress] {
        guard !host.utf8.contains(0) else { throw FaultProxyError("\(host.escapedForDisplay) is no host") }
        // Holds: hints and list are locals that outlive the call; the list is freed behind the copies.
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | (toListen ? AI_PASSIVE : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            // Holds: the text is static.
            let reason = unsafe String(cString: gai_strerror(code))
            throw FaultProxyError("cannot resolve \(host.escapedForDisplay): \(reason)")
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [ProxyAddress] = []
        var entry = unsafe list
        while let current = unsafe entry, found.count < 16 {
            if let address = unsafe current.pointee.ai_addr {
                let octets = unsafe UnsafeRawBufferPointer(start: address, count: Int(current.pointee.ai_addrlen))
                found.append(unsafe ProxyAddress(storage: Array(octets), family: current.pointee.ai_family))
            }
            unsafe entry = current.pointee.ai_next
        }
        return found
    }

    private init(storage: [UInt8], family: Int32) {
        self.storage = storage
        self.family = family
    }

    init(unixSocket path: String) throws(FaultProxyError) {
        let octets = Array(path.utf8)
        guard !octets.isEmpty, octets.count < 108, !octets.contains(0) else {
            throw FaultProxyError("\(path.escapedForDisplay) cannot be the path of a socket: it has 1 to 107 octets")
        }
        // sockaddr_un: the family in the machine's order, then the path and a NUL.
        let family = sa_family_t(AF_UNIX)
        storage = [UInt8(truncatingIfNeeded: family.littleEndian), UInt8(family.littleEndian >> 8)] + octets + [0]
        self.family = AF_UNIX
    }

    /// Whether it is on this machine for sure, so that what was sent has arrived at once.
    var isLocal: Bool {
        switch family {
        case AF_UNIX: true
        case AF_INET: storage.count > 4 && storage[4] == 127
        case AF_INET6: storage.count >= 24 && storage[8..<23].allSatisfy { $0 == 0 } && storage[23] == 1
        default: false
        }
    }

    /// A non-blocking socket of the family that no child inherits; its errno where there is none.
    func makeSocket() -> Result<Int32, ErrorNumber> {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let made = socket(family, type, 0)
        return made >= 0 ? .success(made) : .failure(ErrorNumber(errno))
    }

    /// Begins to connect; the errno, 0 where it is done.
    func connect(_ descriptor: Int32) -> Int32 {
        unsafe withSocketAddress { unsafe Glibc.connect(descriptor, $0, $1) == 0 ? 0 : errno }
    }

    /// Binds; the errno, 0 where it is done.
    func bind(_ descriptor: Int32) -> Int32 {
        unsafe withSocketAddress { unsafe Glibc.bind(descriptor, $0, $1) == 0 ? 0 : errno }
    }

    private func withSocketAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        // Holds: the octets are an address in this very form, and an array's octets are aligned for it.
        unsafe storage.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return EINVAL }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    /// A number of errno.
    struct ErrorNumber: Error {
        let value: Int32
        init(_ value: Int32) { self.value = value }
    }
}
