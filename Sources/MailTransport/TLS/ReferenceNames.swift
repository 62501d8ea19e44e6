/// The names of which a server's certificate must have one, where they are not just the name of its host (RFC 7817 §3, RFC 9525 §6.1).
public struct ReferenceNames: Sendable, Hashable {
    /// Host and domain names (DNS-ID).
    public var hosts: [String]
    /// Names of services in a domain, such as `_imaps.example.org` (SRV-ID, RFC 4985).
    public var services: [String]

    /// The names of these hosts and services; one of all of them must be in the certificate.
    public init(hosts: [String], services: [String] = []) {
        self.hosts = hosts
        self.services = services
    }
}
