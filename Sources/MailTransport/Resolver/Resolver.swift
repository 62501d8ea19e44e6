import Glibc
import Octets

/// Host names to addresses, by the system's resolver, off the loop.
enum Resolver {
    /// The addresses of `host`, in the order RFC 8305 §4 has them tried: the resolver's order, families alternating.
    ///
    /// A literal address is answered without a thread. When the task is cancelled or `limit` passes, the caller goes on
    /// at once; the system's own search ends when it ends.
    static func addresses(
        of host: String, port: UInt16, within limit: Duration, on loop: EventLoop
    ) async throws(TransportError) -> [SocketAddress] {
        guard !host.isEmpty, host.utf8.count <= 255, !host.utf8.contains(0) else {
            throw TransportError(
                .invalidEndpoint, during: "resolve", "\(host.escapedForDisplay) is no host name or address")
        }
        if case .success(let literal) = look(up: host, port: port, flags: AI_NUMERICHOST) { return literal }
        let reply = SharedReply<[SocketAddress]>()
        BlockingWork.run {
            reply.resolve(look(up: host, port: port, flags: AI_ADDRCONFIG))
        } refused: { error in
            reply.resolve(.failure(error))
        }
        let answer = await reply.value(during: "resolve \(host.escapedForDisplay)", within: limit, on: loop)
        return interleaved(try answer.get())
    }

    /// The addresses with families alternating, beginning with the family of the first (RFC 8305 §4).
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let family = addresses.first?.family else { return [] }
        let first = addresses.filter { $0.family == family }
        let second = addresses.filter { $0.family != family }
        var order: [SocketAddress] = []
        for index in 0..<max(first.count, second.count) {
            if index < first.count { order.append(first[index]) }
            if index < second.count { order.append(second[index]) }
        }
        return order
    }

    /// Asks the C library; blocks unless `flags` has AI_NUMERICHOST.
    private static func look(up host: String, port: UInt16, flags: Int32) -> Result<[SocketAddress], TransportError> {
        // Holds: hints and list are locals that outlive the call; the list is freed on every path below.
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { return .failure(error(code, errno, host)) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            if let address = unsafe current.pointee.ai_addr,
                let made = unsafe SocketAddress(address, length: current.pointee.ai_addrlen), !addresses.contains(made)
            {
                addresses.append(made)
            }
            unsafe entry = current.pointee.ai_next
            if addresses.count >= maximumAddresses { break }
        }
        guard !addresses.isEmpty else { return .failure(error(EAI_NONAME, 0, host)) }
        return .success(addresses)
    }

    /// More addresses of one host than this are not tried.
    private static let maximumAddresses = 64

    private static func error(_ code: Int32, _ errorNumber: Int32, _ host: String) -> TransportError {
        let name = host.escapedForDisplay
        if code == EAI_SYSTEM { return TransportError(errno: errorNumber, during: "resolve", subject: name) }
        // Without a descriptor for its files and sockets, the C library says that there is no such name.
        if let exhausted = descriptorError { return TransportError(errno: exhausted, during: "resolve", subject: name) }
        let isUnknown = code == EAI_NONAME || code == -5 /* EAI_NODATA, a GNU extension */
        // Holds: gai_strerror gives a static, NUL-terminated text.
        let text = unsafe String(cString: gai_strerror(code))
        return TransportError(isUnknown ? .hostNotFound : .resolutionFailed, during: "resolve", "\(name): \(text)")
    }

    /// Why no descriptor is to be had right now; nil where one is.
    private static var descriptorError: Int32? {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number < 0 else {
            _ = close(number)
            return nil
        }
        let code = errno
        return code == EMFILE || code == ENFILE ? code : nil
    }
}
