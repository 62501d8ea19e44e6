import Octets

/// What a caller names as a host: a literal address, or a name for the resolver.
enum HostName: Sendable, Hashable {
    /// A literal IPv4 or IPv6 address, perhaps with a scope.
    case literal(SocketAddress)
    /// A name in letters, digits, hyphens and underscores, without a dot at its end, at most 253 octets (RFC 1123 §2.1).
    case name(String)

    /// What `host` names; U-labels are turned into A-labels, off the loop.
    ///
    /// - Throws: `TransportError` of kind `.invalidEndpoint`; nothing that could end a line, a text or a label gets further.
    static func make(
        _ host: String, port: UInt16, within limit: Duration, on loop: EventLoop
    ) async throws(TransportError) -> HostName {
        if ServerName.isImmediate(host) { return try HostName(host, port: port) }
        let reply = SharedReply<HostName>()
        BlockingWork.run {
            reply.resolve(
                Result { () throws(TransportError) in
                    try HostName(InternationalizedName.asciiForm(of: host), port: port)
                })
        } refused: { error in
            reply.resolve(.failure(error))
        }
        return try await reply.value(during: "read the host's name", within: limit, on: loop).get()
    }

    /// What `host` names, where it is all ASCII.
    ///
    /// - Throws: `TransportError` of kind `.invalidEndpoint`; nothing that could end a line, a text or a label gets further.
    init(_ host: String, port: UInt16) throws(TransportError) {
        if let literal = try SocketAddress.literal(host, port: port) {
            self = .literal(literal)
            return
        }
        var name = host[...]
        // The dot that says a name is whole is no part of it for certificates (RFC 6066 §3).
        if name.hasSuffix(".") { name.removeLast() }
        guard ServerName.isHostName(String(name)) else { throw Self.unusable(host) }
        self = .name(String(name))
    }

    /// The host as certificates have it: the name, or the address without its scope.
    var verified: String {
        switch self {
        case .literal(let address): String(address.host.prefix { $0 != "%" })
        case .name(let name): name
        }
    }

    private static func unusable(_ host: String) -> TransportError {
        TransportError(.invalidEndpoint, during: "resolve", "\(host.escapedForDisplay) is no host name or address")
    }
}
