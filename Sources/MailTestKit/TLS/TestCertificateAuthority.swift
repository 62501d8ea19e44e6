/// A certificate authority made in this process, for tests: a client that trusts its file trusts what it issues.
///
/// ```swift
/// let authority = try TestCertificateAuthority()
/// let server = try ScriptedServer.start(tls: authority.issue(.expired), script: [.send("+OK\r\n")])
/// configuration.tls.roots = .file(authority.path)
/// ```
public final class TestCertificateAuthority: Sendable {
    /// Its own certificate with its key.
    public let certificate: TestCertificate

    private let file: UnlinkedFile
    private let isRoot: Bool

    /// Its own certificate in PEM.
    public var pem: String { certificate.pem }

    /// The path of a file that holds `pem`, for this process, while this object lives.
    public var path: String { file.path }

    /// A new authority at the top of a chain, with a key of its own.
    ///
    /// - Throws: what OpenSSL would not do.
    public convenience init(commonName: String = "Mailwire Test Authority") throws(TestTLSError) {
        try self.init(.authority(commonName))
    }

    /// A new authority at the top of a chain that signs itself, as `profile` says.
    ///
    /// - Throws: what OpenSSL would not do.
    public convenience init(_ profile: CertificateProfile) throws(TestTLSError) {
        let key = try PrivateKey.make(profile.key, for: .authority)
        let made = try Certificate(profile, key: key, issuer: nil)
        try self.init(TestCertificate(made, key: key, intermediates: []), isRoot: true)
    }

    private init(_ certificate: TestCertificate, isRoot: Bool) throws(TestTLSError) {
        self.certificate = certificate
        self.isRoot = isRoot
        file = try UnlinkedFile(Array(certificate.pem.utf8))
    }

    /// An authority below this one, as `profile` says. What it issues carries it as an intermediate.
    ///
    /// - Throws: what OpenSSL would not do.
    public func subordinate(
        _ profile: CertificateProfile = .authority("Mailwire Test Intermediate")
    ) throws(TestTLSError) -> TestCertificateAuthority {
        let key = try PrivateKey.make(profile.key, for: .authority)
        return try TestCertificateAuthority(sign(profile, key), isRoot: false)
    }

    /// A certificate as `profile` says, with a key of its own.
    ///
    /// - Throws: what OpenSSL would not do, such as an address that is none.
    public func issueCertificate(_ profile: CertificateProfile = .loopback) throws(TestTLSError) -> TestCertificate {
        try sign(profile, PrivateKey.make(profile.key, for: .leaf))
    }

    /// A certificate as `profile` says, with a key of its own, for a server that speaks `versions` of TLS.
    ///
    /// - Throws: what OpenSSL would not do, such as an address that is none.
    public func issue(
        _ profile: CertificateProfile = .loopback, versions: ClosedRange<ServerIdentity.Version> = .tls12 ... .tls13
    ) throws(TestTLSError) -> ServerIdentity {
        try ServerIdentity(issueCertificate(profile), ServerTLSSettings(versions: versions))
    }

    private func sign(_ profile: CertificateProfile, _ key: PrivateKey) throws(TestTLSError) -> TestCertificate {
        let issuer = profile.isSelfSigned ? nil : (certificate: certificate.certificate, key: certificate.key)
        let made = try Certificate(profile, key: key, issuer: issuer)
        let above = isRoot || profile.isSelfSigned ? [] : [certificate] + certificate.intermediates
        return try TestCertificate(made, key: key, intermediates: above)
    }
}
