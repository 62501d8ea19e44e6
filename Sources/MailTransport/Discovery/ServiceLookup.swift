import Octets

/// Asks DNS for records on threads of their own.
struct ServiceLookup: Sendable {
    let resolver: ResolverConfiguration
    let limit: Duration
    let loop: EventLoop

    private static let work = BlockingWork("mailwire-dns", limit: 32)

    init(_ resolver: ResolverConfiguration, within limit: Duration, on loops: EventLoopGroup?) throws(TransportError) {
        self.resolver = resolver
        self.limit = limit
        loop = if let loops { loops.next } else { try EventLoopGroup.shared().next }
    }

    /// The records of `kind` that `name` has; none where the name does not exist.
    ///
    /// Returns at once when the task is cancelled; the query ends when it ends.
    func records(of kind: DNSRecord.Kind, _ name: DNSName) async -> Result<DNSLookup.Answer, TransportError> {
        let reply = SharedReply<DNSLookup.Answer>()
        let resolver = resolver
        Self.work.run {
            reply.resolve(DNSLookup.ask(name, kind, resolver))
        } refused: { error in
            reply.resolve(.failure(error))
        }
        return await reply.value(during: "ask for \(kind) of \(name)".escapedForDisplay, within: limit, on: loop)
    }

    /// Whether the host has an address of either family.
    func hasAddress(_ host: String) async -> Bool {
        let lookups = resolver.lookups ?? .shared
        for family in [AddressFamily.ipv4, .ipv6] {
            let reply = SharedReply<Bool>()
            let ticket = lookups.ask(host, family, resolver) { answer in
                reply.resolve(.success((try? answer.get()) != nil))
            }
            let found = await reply.value(during: "resolve \(host)".escapedForDisplay, within: limit, on: loop)
            lookups.forget(ticket)
            if case .success(true) = found { return true }
        }
        return false
    }

    /// The domain of `address`, which may be a domain alone.
    ///
    /// - Throws: `TransportError` of kind `.invalidEndpoint` where there is none that DNS could know.
    static func domain(of address: String) throws(TransportError) -> DNSName {
        let domain = address.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard case .name(let name) = try HostName(String(domain), port: 0), let asked = DNSName(name) else {
            throw TransportError(
                .invalidEndpoint, during: "discover",
                "\(address.escapedForDisplay): an address literal has no records in DNS")
        }
        return asked
    }
}
