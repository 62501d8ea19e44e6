import MailTestKit

extension CertificateCase {
    /// What must be refused, each by its own name.
    static let refused = dates + names + addresses + algorithms + issuers + purposes + constraints

    private static let longAgo: Duration = .seconds(-172_800)
    private static let anHourAgo: Duration = .seconds(-3_600)
    private static let inAnHour: Duration = .seconds(3_600)

    private static let dates = [
        CertificateCase("expired", "certificateExpired", leaf: .expired),
        CertificateCase("not yet valid", "certificateNotYetValid", leaf: .notYetValid),
        CertificateCase(
            "an authority in between expired", "certificateExpired",
            between: .authority("Old").with {
                $0.validFrom = longAgo
                $0.validUntil = anHourAgo
            }),
        CertificateCase(
            "an authority in between not yet valid", "certificateNotYetValid",
            between: .authority("New").with { $0.validFrom = inAnHour }),
        CertificateCase("the root expired", "certificateExpired") { _ in try expiredRoot.get().issue() }
            .trusting { _ in try expiredRoot.get() },
    ]

    private static let expiredRoot = Result { () throws(TestTLSError) in
        try TestCertificateAuthority(
            .authority("Expired Root").with {
                $0.validFrom = longAgo
                $0.validUntil = anHourAgo
            })
    }

    private static let names = [
        CertificateCase("another name", "certificateNameMismatch", leaf: .otherHost),
        CertificateCase("common name alone", "certificateNameMismatch", leaf: .commonNameOnly),
        CertificateCase(
            "common name and no other", "certificateNameMismatch",
            leaf: CertificateProfile(names: [], addresses: [], commonName: "localhost")),
        CertificateCase(
            "wildcard for two labels", "certificateNameMismatch", host: "a.b.example.com", names: ["*.example.com"]),
        CertificateCase(
            "wildcard for no label", "certificateNameMismatch", host: "example.com", names: ["*.example.com"]),
        CertificateCase(
            "wildcard at a label's end", "certificateNameMismatch", host: "foo.example.com", names: ["f*.example.com"]),
        CertificateCase(
            "wildcard at a label's beginning", "certificateNameMismatch", host: "foo.example.com",
            names: ["*o.example.com"]),
        CertificateCase(
            "wildcard in a label's middle", "certificateNameMismatch", host: "foo.example.com",
            names: ["f*o.example.com"]),
        CertificateCase(
            "wildcard behind the first label", "certificateNameMismatch", host: "mail.foo.example.com",
            names: ["mail.*.example.com"]),
        CertificateCase(
            "two wildcards", "certificateNameMismatch", host: "mail.foo.example.com", names: ["*.*.example.com"]),
        CertificateCase("wildcard alone", "certificateNameMismatch", host: "localhost", names: ["*"]),
        CertificateCase(
            "wildcard for a top-level domain", "certificateNameMismatch", host: "example.com", names: ["*.com"]),
        CertificateCase(
            "wildcard in an A-label", "certificateNameMismatch", host: "xn--bcher-kva.example.com",
            names: ["xn--*.example.com"]),
        CertificateCase(
            "a name with NUL behind the host", "certificateNameMismatch",
            leaf: .otherHost.with { $0.rawNames = [Array("localhost\u{0}.evil.example".utf8)] }),
        CertificateCase(
            "a name that ends with NUL", "certificateNameMismatch",
            leaf: .otherHost.with { $0.rawNames = [Array("localhost\u{0}".utf8)] }),
        CertificateCase(
            "a common name and an entry that is none", "certificateNameMismatch",
            leaf: CertificateProfile(names: [""], addresses: [], commonName: "localhost")),
        CertificateCase(
            "the host as a part of the name", "certificateNameMismatch", host: "example.com",
            names: ["mail.example.com", "example.com.evil.example", "notexample.com"]),
        CertificateCase(
            "another A-label", "certificateNameMismatch", host: "xn--bcher-kva.example",
            names: ["xn--bcher-kvb.example", "bucher.example"]),
    ]

    private static let addresses = [
        CertificateCase("an address as a name", "certificateNameMismatch", host: "127.0.0.1", names: ["127.0.0.1"]),
        CertificateCase("a wildcard for an address", "certificateNameMismatch", host: "127.0.0.1", names: ["*.0.0.1"]),
        CertificateCase(
            "another address", "certificateNameMismatch", host: "127.0.0.1",
            leaf: CertificateProfile(names: ["localhost"], addresses: ["127.0.0.2", "::1"])),
        CertificateCase(
            "an address as a common name", "certificateNameMismatch", host: "127.0.0.1",
            leaf: CertificateProfile(names: ["localhost"], addresses: [], commonName: "127.0.0.1")),
        CertificateCase(
            "an address for a name", "certificateNameMismatch",
            leaf: CertificateProfile(names: [], addresses: ["127.0.0.1"])),
        CertificateCase(
            "an IPv4 address for its IPv6 form", "certificateNameMismatch", host: "::ffff:127.0.0.1",
            leaf: CertificateProfile(names: [], addresses: ["127.0.0.1"])),
    ]

    private static let algorithms = [
        CertificateCase("a key of 1024 bits", "certificateWeak", leaf: .weakKey),
        CertificateCase(
            "an authority's key of 1024 bits", "certificateWeak",
            between: .authority("Weak").with { $0.key = .rsa(bits: 1024) }),
        CertificateCase("signed over SHA-1", "certificateWeak", leaf: .signedWithSHA1),
        CertificateCase("signed over MD5", "certificateWeak") { try $0.rsaRoot.issue(.signedWithMD5) }
            .trusting { $0.rsaRoot },
        CertificateCase(
            "an authority signed over SHA-1", "certificateWeak", between: .authority("Weak").with { $0.digest = .sha1 }),
    ]

    private static let issuers = [
        CertificateCase("signed by itself", "certificateSelfSigned", leaf: .selfSigned),
        CertificateCase("an unknown authority of a known name", "certificateUntrusted") { try $0.stranger.issue() },
        CertificateCase("a missing intermediate", "certificateUntrusted") {
            try $0.between.issue().serving { $0.sendsIntermediates = false }
        },
        CertificateCase(
            "an authority that does not say it is one", "certificateAuthorityInvalid",
            between: .authorityWithoutBasicConstraints),
        CertificateCase(
            "a leaf used as an authority", "certificateAuthorityInvalid", between: .leafUsedAsAuthority),
        CertificateCase(
            "an authority whose key may not sign", "certificateAuthorityInvalid",
            between: .authority("Silent").with { $0.keyUsage = "critical,digitalSignature" }),
        CertificateCase("an authority deeper than allowed", "certificateAuthorityInvalid") { world in
            let shallow = try world.root.subordinate(
                .authority("Shallow").with { $0.basicConstraints = .authority(pathLength: 0) })
            return try shallow.subordinate(.authority("Deep")).issue()
        },
    ]

    private static let purposes = [
        CertificateCase("for clients only", "certificatePurposeInvalid", leaf: .clientPurposeOnly),
        CertificateCase(
            "for answers on revocation only", "certificatePurposeInvalid",
            leaf: .loopback.with { $0.purposes = [.ocspSigning] }),
        CertificateCase(
            "an authority for clients only", "certificatePurposeInvalid",
            between: .authority("Clients").with { $0.purposes = [.clientAuthentication] }),
    ]

    private static let constraints = [
        CertificateCase(
            "an authority for other names", "certificateNameConstraintViolated",
            between: .authority("Bound").with { $0.nameConstraints = ["permitted;DNS:example.com"] }),
        CertificateCase(
            "an authority for all but this name", "certificateNameConstraintViolated",
            between: .authority("Bound").with { $0.nameConstraints = ["excluded;DNS:localhost"] }),
        CertificateCase(
            "an authority for other addresses", "certificateNameConstraintViolated",
            between: .authority("Bound").with { $0.nameConstraints = ["permitted;IP:192.0.2.0/255.255.255.0"] }),
    ]
}
