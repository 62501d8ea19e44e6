/// What a test certificate says, and what is wrong with it.
public struct CertificateProfile: Sendable, Hashable {
    /// Whether a certificate says that it may sign others (RFC 5280 §4.2.1.9).
    public enum BasicConstraints: Sendable, Hashable {
        /// It says nothing.
        case absent
        /// It may not.
        case leaf
        /// It may, with at most so many authorities below it; nil for any number.
        case authority(pathLength: Int?)
    }

    /// What the key may be used for (RFC 5280 §4.2.1.12).
    public enum Purpose: String, Sendable, Hashable {
        /// For a TLS server.
        case serverAuthentication = "serverAuth"
        /// For a TLS client.
        case clientAuthentication = "clientAuth"
        /// For answers on revocation (RFC 6960 §4.2.2.2).
        case ocspSigning = "OCSPSigning"
    }

    /// The subject's common name; clients must not take it for a host name (RFC 9525 §6.3).
    public var commonName: String
    /// The dNSName entries, such as `mail.example.com` or `*.example.com`.
    public var names: [String]
    /// More dNSName entries, octet by octet, such as one with NUL.
    public var rawNames: [[UInt8]] = []
    /// The SRVName entries, such as `_imaps.example.com` (RFC 4985).
    public var services: [String] = []
    /// The iPAddress entries, IPv4 or IPv6.
    public var addresses: [String]
    /// When its validity begins, from now; a day ago by default.
    public var validFrom: Duration
    /// When its validity ends, from now; in a day by default.
    public var validUntil: Duration
    /// Whether it is signed by itself rather than by the authority.
    public var isSelfSigned: Bool
    /// The kind of its key; P-256 by default.
    public var key: KeyAlgorithm = .p256
    /// What it is hashed with to be signed; SHA-256 by default. A key of Ed25519 signs without.
    public var digest: SignatureDigest = .sha256
    /// Whether it says that it may sign others; that it may not by default.
    public var basicConstraints = BasicConstraints.leaf
    /// What its key may do, as OpenSSL's configuration files write it; nil says nothing.
    public var keyUsage: String? = "critical,digitalSignature"
    /// What its key is for; for a TLS server by default. Empty says nothing.
    public var purposes: [Purpose] = [.serverAuthentication]
    /// What names an authority may sign, as OpenSSL's configuration files write it, such as `permitted;DNS:example.com`
    /// (RFC 5280 §4.2.1.10).
    public var nameConstraints: [String] = []
    /// Whether the server must staple an answer on revocation (RFC 7633).
    public var demandsStaple = false

    /// A certificate for `names` and `addresses` that is valid today.
    public init(
        names: [String] = ["localhost"], addresses: [String] = ["127.0.0.1", "::1"], commonName: String = "localhost",
        validFrom: Duration = .seconds(-86_400), validUntil: Duration = .seconds(86_400), isSelfSigned: Bool = false
    ) {
        self.commonName = commonName
        self.names = names
        self.addresses = addresses
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.isSelfSigned = isSelfSigned
    }

    /// This profile with a change.
    public func with(_ change: (inout CertificateProfile) -> Void) -> CertificateProfile {
        var changed = self
        change(&changed)
        return changed
    }
}
