/// A certificate authority made in this process, for tests: a client that trusts its file trusts what it issues.
///
/// ```swift
/// let authority = try TestCertificateAuthority()
/// let server = try ScriptedServer.start(tls: authority.issue(.expired), script: [.send("+OK\r\n")])
/// configuration.tls.roots = .file(authority.path)
/// ```
public final class TestCertificateAuthority: Sendable {
    /// Its own certificate in PEM.
    public let pem: String

    private let certificate: Certificate
    private let key: PrivateKey
    private let file: UnlinkedFile

    /// The path of a file that holds `pem`, for this process, while this object lives.
    public var path: String { file.path }

    /// A new authority with a key of its own.
    ///
    /// - Throws: what OpenSSL would not do.
    public init(commonName: String = "Mailwire Test Authority") throws(TestTLSError) {
        let profile = CertificateProfile(names: [], addresses: [], commonName: commonName)
        key = try PrivateKey()
        certificate = try Certificate(profile, key: key, issuer: nil, isAuthority: true)
        pem = try certificate.pem()
        file = try UnlinkedFile(pem)
    }

    /// A certificate as `profile` says, with a new key, for a server that speaks `versions` of TLS.
    ///
    /// - Throws: what OpenSSL would not do, such as an address that is none.
    public func issue(
        _ profile: CertificateProfile = .loopback, versions: ClosedRange<ServerIdentity.Version> = .tls12 ... .tls13
    ) throws(TestTLSError) -> ServerIdentity {
        let key = try PrivateKey()
        let issuer = profile.isSelfSigned ? nil : (certificate: certificate, key: self.key)
        let issued = try Certificate(profile, key: key, issuer: issuer, isAuthority: false)
        return try ServerIdentity(issued, key: key, versions: versions)
    }
}
