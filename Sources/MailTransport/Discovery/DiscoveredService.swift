/// A server that a mail domain names for a service, or that was guessed.
public struct DiscoveredService: Sendable, Hashable {
    /// What it is for.
    public let service: MailService
    /// The server: host, port and how it is secured.
    ///
    /// Its certificate must be for the domain of the user's address, or for this host where the host lies in that domain, DNSSEC vouches for
    /// it, or somebody confirmed it (RFC 6186 §6, RFC 7817 §3): see `needsConfirmation`.
    public let endpoint: Endpoint
    /// The domain of the user's address.
    public let domain: String
    /// Lower numbers are the domain's preference; 0 for a guess.
    public let priority: UInt16
    /// The share of clients among servers of the same service and priority; 0 for a guess.
    public let weight: UInt16
    /// Whether no record names it: the host exists, and its name is a usual one.
    public let isGuess: Bool
    /// Whether the record was verified by DNSSEC, by name servers that may be believed.
    public let isAuthenticated: Bool
    /// Whether somebody should confirm the host before anything connects to it: it lies outside the user's domain, and whoever can forge an
    /// answer of DNS could have named it (RFC 6186 §6, RFC 8314 §5.1). Until then a certificate for the host alone does not do.
    public let needsConfirmation: Bool

    init(
        _ service: MailService, _ record: ServiceRecord, of domain: DNSName, isGuess: Bool = false,
        isAuthenticated: Bool = false
    ) {
        let isWithin = DNSName(record.host)?.isWithin(domain) ?? false
        let isTrusted = isWithin || isAuthenticated
        var endpoint = Endpoint(host: record.host, port: record.port, security: service.security)
        endpoint.referenceNames = Self.names(service, "\(domain)", host: isTrusted ? record.host : nil)
        self.init(
            service: service, endpoint: endpoint, domain: "\(domain)", priority: record.priority, weight: record.weight,
            isGuess: isGuess, isAuthenticated: isAuthenticated, needsConfirmation: !isTrusted)
    }

    private init(
        service: MailService, endpoint: Endpoint, domain: String, priority: UInt16, weight: UInt16, isGuess: Bool,
        isAuthenticated: Bool, needsConfirmation: Bool
    ) {
        self.service = service
        self.endpoint = endpoint
        self.domain = domain
        self.priority = priority
        self.weight = weight
        self.isGuess = isGuess
        self.isAuthenticated = isAuthenticated
        self.needsConfirmation = needsConfirmation
    }

    /// The same service once somebody who knows said that the host is right: a certificate for the host does then.
    public func confirmed() -> DiscoveredService {
        var endpoint = endpoint
        endpoint.referenceNames = Self.names(service, domain, host: endpoint.host)
        return DiscoveredService(
            service: service, endpoint: endpoint, domain: domain, priority: priority, weight: weight, isGuess: isGuess,
            isAuthenticated: isAuthenticated, needsConfirmation: false)
    }

    private static func names(_ service: MailService, _ domain: String, host: String?) -> ReferenceNames {
        ReferenceNames(hosts: [host, domain].compactMap { $0 }, services: ["_\(service.label).\(domain)"])
    }
}
