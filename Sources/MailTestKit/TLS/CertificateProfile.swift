/// What a test certificate says, and what is wrong with it.
public struct CertificateProfile: Sendable, Hashable {
    /// The subject's common name; clients must not take it for a host name (RFC 9525 §6.3).
    public var commonName: String
    /// The dNSName entries, such as `mail.example.com` or `*.example.com`.
    public var names: [String]
    /// The iPAddress entries, IPv4 or IPv6.
    public var addresses: [String]
    /// When its validity begins, from now; a day ago by default.
    public var validFrom: Duration
    /// When its validity ends, from now; in a day by default.
    public var validUntil: Duration
    /// Whether it is signed by itself rather than by the authority.
    public var isSelfSigned: Bool

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

    /// For `localhost`, 127.0.0.1 and ::1.
    public static let loopback = CertificateProfile()
    /// As `loopback`, but its validity ended an hour ago.
    public static let expired = CertificateProfile(validFrom: .seconds(-172_800), validUntil: .seconds(-3_600))
    /// As `loopback`, but its validity begins in an hour.
    public static let notYetValid = CertificateProfile(validFrom: .seconds(3_600))
    /// As `loopback`, but signed by itself.
    public static let selfSigned = CertificateProfile(isSelfSigned: true)
    /// For hosts that are not `localhost`.
    public static let otherHost = CertificateProfile(
        names: ["other.example", "*.other.example"], addresses: ["192.0.2.1"])
    /// For `localhost` by its common name alone.
    public static let commonNameOnly = CertificateProfile(names: ["other.example"], addresses: [])
}
