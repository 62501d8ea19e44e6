/// Who is asked for names, and how.
///
/// By default host names go to the system (getaddrinfo: /etc/hosts, resolv.conf and whatever nsswitch.conf names), and services to the name
/// servers of resolv.conf.
public struct ResolverConfiguration: Sendable {
    /// The name servers to ask instead of the system, in this order, three at most; none, the default, for the system. Host names are
    /// then asked of them alone, without /etc/hosts and without search domains; `localhost` needs nobody (RFC 6761 §6.3).
    public var nameServers: [NameServer] = []
    /// How long a name server of `nameServers` has for an answer before the next one is asked, in whole seconds of 1...30; 5 seconds by default.
    public var timeout: Duration = .seconds(5)
    /// How often all `nameServers` are asked before it is given up, 1...5; 2 by default.
    public var attempts = 2
    /// Whether the way to `nameServers` is safe, so that their word for an answer verified by DNSSEC counts (AD, RFC 4035 §3.2.3); false by
    /// default. For the system's servers the administrator says so in resolv.conf (`options trust-ad`).
    public var trustsAuthenticData = false

    /// Who looks names up; nil for the process's own. For tests of what the system's resolver cannot be made to do.
    package var lookups: HostLookups?

    /// The defaults.
    public init() {}
}
