import MailTestKit

/// The authorities that the certificate tests know, made once a process since keys of RSA take long to make.
struct CertificateWorld: Sendable {
    /// Trusted.
    let root: TestCertificateAuthority
    /// Trusted, with a key of RSA, which alone signs over MD5.
    let rsaRoot: TestCertificateAuthority
    /// Trusted by nobody, though it has the name of `root`.
    let stranger: TestCertificateAuthority
    /// Below `root`.
    let between: TestCertificateAuthority

    private init() throws(TestTLSError) {
        root = try TestCertificateAuthority()
        rsaRoot = try TestCertificateAuthority(.authority("RSA").with { $0.key = .rsa(bits: 2048) })
        stranger = try TestCertificateAuthority()
        between = try root.subordinate()
    }

    private static let made = Result { () throws(TestTLSError) in try CertificateWorld() }

    /// The world of this process.
    static func get() throws -> CertificateWorld { try made.get() }
}
