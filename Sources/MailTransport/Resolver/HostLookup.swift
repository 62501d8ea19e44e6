import Glibc
import Octets

/// Asks for the addresses of a host name; blocks.
enum HostLookup {
    /// The addresses of one family, in the order they should be tried; a failure of kind `.hostNotFound` where there is none.
    static func addresses(
        of name: String, _ family: AddressFamily, _ configuration: ResolverConfiguration
    ) -> Result<[IPAddress], TransportError> {
        guard !configuration.nameServers.isEmpty else { return system(name, family) }
        guard let asked = DNSName(name) else { return .failure(nothing(name, family)) }
        // RFC 6761 §6.3.
        if asked.labels.last.map({ $0.map(\.lowercased) }) == Array("localhost".utf8) {
            return .success([IPAddress(family == .ipv4 ? "127.0.0.1" : "::1")].compactMap { $0 })
        }
        return DNSLookup.ask(asked, .addresses(family), configuration).flatMap { answer in
            let addresses = answer.records.compactMap { record -> IPAddress? in
                if case .address(let address) = record.value { address } else { nil }
            }
            guard !addresses.isEmpty else { return .failure(nothing(name, family)) }
            return .success(AddressPolicy.system.ordered(unique(addresses), SourceAddress.find))
        }
    }

    /// Asks the C library, whose order within a family is that of RFC 6724.
    private static func system(_ name: String, _ family: AddressFamily) -> Result<[IPAddress], TransportError> {
        // Holds: hints and list are locals that outlive the call; the list is freed on every path below.
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family.number
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else { return .failure(error(code, errno, name, family)) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var entry = unsafe list
        while let current = unsafe entry, addresses.count < maximumAddresses {
            if let address = unsafe current.pointee.ai_addr,
                let made = unsafe SocketAddress(address, length: current.pointee.ai_addrlen)?.address
            {
                addresses.append(made)
            }
            unsafe entry = current.pointee.ai_next
        }
        guard !addresses.isEmpty else { return .failure(nothing(name, family)) }
        return .success(unique(addresses))
    }

    private static func unique(_ addresses: [IPAddress]) -> [IPAddress] {
        var known: Set<IPAddress> = []
        return addresses.prefix(maximumAddresses).filter { known.insert($0).inserted }
    }

    /// More addresses of one host and family than this are not looked at.
    private static let maximumAddresses = 64

    private static func nothing(_ name: String, _ family: AddressFamily) -> TransportError {
        TransportError(.hostNotFound, during: "resolve", "\(name.escapedForDisplay) has no \(family) address")
    }

    private static func error(
        _ code: Int32, _ errorNumber: Int32, _ name: String, _ family: AddressFamily
    ) -> TransportError {
        // Without a descriptor for its files and sockets, the C library says that there is no such name.
        if let exhausted = descriptorError {
            return TransportError(errno: exhausted, during: "resolve", subject: name.escapedForDisplay)
        }
        switch code {
        case EAI_SYSTEM:
            return TransportError(errno: errorNumber, during: "resolve", subject: name.escapedForDisplay)
        case EAI_MEMORY:
            return TransportError(errno: ENOMEM, during: "resolve", subject: name.escapedForDisplay)
        // EAI_NODATA and EAI_ADDRFAMILY, extensions of GNU: the name is there, but no address of the family.
        case EAI_NONAME, -5, -9:
            return nothing(name, family)
        default:
            // Holds: gai_strerror gives a static, NUL-terminated text.
            let text = unsafe String(cString: gai_strerror(code))
            return TransportError(
                .resolutionFailed, during: "resolve", "\(family) address of \(name.escapedForDisplay): \(text)")
        }
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
