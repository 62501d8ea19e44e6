extension CertificateProfile {
    // MARK: Servers

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
    /// As `loopback`, but with a key of RSA with 1024 bits.
    public static let weakKey = loopback.with { $0.key = .rsa(bits: 1024) }
    /// As `loopback`, but signed over SHA-1.
    public static let signedWithSHA1 = loopback.with { $0.digest = .sha1 }
    /// As `loopback`, but signed over MD5; the authority needs a key of RSA.
    public static let signedWithMD5 = loopback.with { $0.digest = .md5 }
    /// As `loopback`, but for TLS clients only.
    public static let clientPurposeOnly = loopback.with { $0.purposes = [.clientAuthentication] }
    /// As `loopback`, and the server must staple (RFC 7633).
    public static let mustStaple = loopback.with { $0.demandsStaple = true }

    // MARK: Clients and responders

    /// A user's certificate, for TLS clients.
    public static func client(_ commonName: String) -> CertificateProfile {
        CertificateProfile(names: [], addresses: [], commonName: commonName).with {
            $0.purposes = [.clientAuthentication]
        }
    }

    /// A certificate whose key signs answers on revocation for the authority that issued it.
    public static let ocspResponder = CertificateProfile(
        names: [], addresses: [], commonName: "Mailwire Test Responder"
    )
    .with { $0.purposes = [.ocspSigning] }

    // MARK: Authorities

    /// An authority that may sign anything.
    public static func authority(_ commonName: String = "Mailwire Test Authority") -> CertificateProfile {
        CertificateProfile(names: [], addresses: [], commonName: commonName).with {
            $0.basicConstraints = .authority(pathLength: nil)
            $0.keyUsage = "critical,keyCertSign,cRLSign"
            $0.purposes = []
        }
    }

    /// An authority that does not say that it is one, but whose key may sign certificates.
    public static let authorityWithoutBasicConstraints = authority("Silent Authority").with {
        $0.basicConstraints = .absent
    }
    /// A server's certificate that is used as if it were an authority's.
    public static let leafUsedAsAuthority = CertificateProfile(commonName: "Leaf Used as Authority")
}
