import MailTestKit

extension CertificateCase {
    /// What must be accepted.
    static let accepted = [
        CertificateCase("the exact name", leaf: .loopback),
        CertificateCase("the name in capitals", host: "localhost", names: ["LocalHost"]),
        CertificateCase("a wildcard for one label", host: "mail.example.com", names: ["*.example.com"]),
        CertificateCase("a wildcard for an A-label", host: "xn--bcher-kva.example.com", names: ["*.example.com"]),
        CertificateCase(
            "a name among many", host: "mail.example.com",
            names: (0..<500).map { "h\($0).example.com" } + ["mail.example.com"]),
        CertificateCase(
            "an IPv4 address", host: "127.0.0.1",
            leaf: CertificateProfile(names: [], addresses: ["192.0.2.1", "127.0.0.1"])),
        CertificateCase("an IPv6 address", host: "::1", leaf: CertificateProfile(names: [], addresses: ["::1"])),
        CertificateCase(
            "an IPv6 address in another spelling", host: "2001:DB8:0:0::1",
            leaf: CertificateProfile(names: [], addresses: ["2001:db8::1"])),
        CertificateCase("an A-label", host: "xn--bcher-kva.example", names: ["xn--bcher-kva.example"]),
        CertificateCase("an authority in between that is sent") { try $0.between.issue() },
        CertificateCase("three authorities in between") { world in
            try world.between.subordinate(.authority("Second")).subordinate(.authority("Third")).issue()
        },
        CertificateCase(
            "an authority for this name and address",
            between: .authority("Bound").with {
                $0.nameConstraints = ["permitted;DNS:localhost", "permitted;IP:127.0.0.0/255.0.0.0"]
            }, leaf: CertificateProfile(addresses: ["127.0.0.1"])),
        CertificateCase("a key on P-384", leaf: .loopback.with { $0.key = .p384 }),
        CertificateCase("a key of Ed25519", leaf: .loopback.with { $0.key = .ed25519 }),
        CertificateCase("a key of RSA with 2048 bits, signed by one") {
            try $0.rsaRoot.issue(.loopback.with { $0.key = .rsa(bits: 2048) })
        }.trusting { $0.rsaRoot },
    ]
}
