import MailTestKit
import MailTransport

/// A certificate, whom it should prove to be, and what is to come of it.
struct CertificateCase: Sendable {
    /// What is right or wrong about it.
    let name: String
    /// The kind of the error that refuses it; nil where it is accepted.
    let refusal: String?
    /// The host that is asked for.
    let host: String
    /// Makes what a server serves.
    let identity: @Sendable (CertificateWorld) throws -> ServerIdentity
    /// Whom the client trusts.
    var trusted: @Sendable (CertificateWorld) throws -> TestCertificateAuthority = { $0.root }
    /// What else the client demands.
    var demand: @Sendable (inout TLSConfiguration, CertificateWorld, ServerIdentity) throws -> Void = { _, _, _ in }

    /// Every case there is.
    static let all = refused + accepted + revoked + notRevoked + pinned

    init(
        _ name: String, _ refusal: String? = nil, host: String = "localhost",
        _ identity: @escaping @Sendable (CertificateWorld) throws -> ServerIdentity
    ) {
        self.name = name
        self.refusal = refusal
        self.host = host
        self.identity = identity
    }

    /// A leaf of the root.
    init(_ name: String, _ refusal: String? = nil, host: String = "localhost", leaf profile: CertificateProfile) {
        self.init(name, refusal, host: host) { try $0.root.issue(profile) }
    }

    /// A leaf that has these dNSName entries alone, of the root.
    init(_ name: String, _ refusal: String? = nil, host: String, names: [String]) {
        self.init(name, refusal, host: host, leaf: CertificateProfile(names: names, addresses: []))
    }

    /// A good leaf of an authority below the root.
    init(
        _ name: String, _ refusal: String? = nil, between profile: CertificateProfile,
        leaf: CertificateProfile = .loopback
    ) {
        self.init(name, refusal) { try $0.root.subordinate(profile).issue(leaf) }
    }

    /// The same, but the client trusts what `trusted` gives alone.
    func trusting(
        _ trusted: @escaping @Sendable (CertificateWorld) throws -> TestCertificateAuthority
    ) -> CertificateCase {
        var changed = self
        changed.trusted = trusted
        return changed
    }

    /// The same, but the client demands more.
    func demanding(
        _ demand: @escaping @Sendable (inout TLSConfiguration, CertificateWorld, ServerIdentity) throws -> Void
    ) -> CertificateCase {
        var changed = self
        changed.demand = demand
        return changed
    }
}
