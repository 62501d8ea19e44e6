import MailTestKit
import MailTransport
import Testing

extension CertificateCase {
    /// What must be refused for what an authority says of it later (RFC 5280 §6.3, RFC 6960, RFC 7633).
    static let revoked = [
        CertificateCase("on its authority's list", "certificateRevoked") { try $0.root.issue() }
            .demanding { tls, world, identity in
                let list = try world.root.revocationList(revoking: [identity.certificate])
                tls.revocation.lists = [.memory(list.der)]
            },
        CertificateCase("the list is too old", "revocationUnknown") { try $0.root.issue() }
            .demanding { tls, world, _ in
                let list = try world.root.revocationList(issued: .seconds(-7_200), nextUpdate: .seconds(-3_600))
                tls.revocation.lists = [.memory(list.der)]
            },
        CertificateCase("the list is another authority's", "revocationUnknown") { try $0.root.issue() }
            .demanding { tls, world, _ in
                tls.revocation.lists = [.memory(Array(try world.rsaRoot.revocationList().pem.utf8))]
            },
        CertificateCase("the list is signed by somebody else", "revocationUnknown") { try $0.root.issue() }
            .demanding { tls, world, _ in tls.revocation.lists = [.memory(try world.stranger.revocationList().der)] },
        CertificateCase("an authority in between is on the list", "certificateRevoked") { try $0.between.issue() }
            .demanding { tls, world, _ in
                tls.revocation.scope = .chain
                tls.revocation.lists = [
                    .memory(try world.root.revocationList(revoking: [world.between.certificate]).der),
                    .memory(try world.between.revocationList().der),
                ]
            },
        stapled("a staple that says revoked", "certificateRevoked") { try $0.root.ocspResponse(about: $1, .revoked) },
        stapled("a staple that knows nothing", "stapleInvalid") { try $0.root.ocspResponse(about: $1, .unknown) },
        stapled("a staple that is too old", "stapleInvalid") {
            try $0.root.ocspResponse(about: $1, issued: .seconds(-172_800), nextUpdate: .seconds(-86_400))
        },
        stapled("a staple from the future", "stapleInvalid") {
            try $0.root.ocspResponse(about: $1, issued: .seconds(86_400), nextUpdate: .seconds(172_800))
        },
        stapled("a staple about another certificate", "stapleInvalid") { world, _ in
            try world.root.ocspResponse(about: world.root.issueCertificate())
        },
        stapled("a staple signed by another authority", "stapleInvalid") {
            try $0.root.ocspResponse(about: $1, signedBy: $0.rsaRoot.certificate)
        },
        stapled("a staple signed by an authority of the same name", "stapleInvalid") {
            try $0.root.ocspResponse(about: $1, signedBy: $0.stranger.certificate)
        },
        stapled("a staple signed by the server itself", "stapleInvalid") {
            try $0.root.ocspResponse(about: $1, signedBy: $1)
        },
        stapled("a staple that says to try later", "stapleInvalid") { _, _ in
            try TestCertificateAuthority.ocspTryLater()
        },
        stapled("a staple of garbage", "stapleInvalid") { _, _ in [1, 2, 3] },
        CertificateCase("no staple though the certificate demands one", "stapleMissing", leaf: .mustStaple),
    ]

    /// What must be refused or accepted for the keys that are pinned (RFC 7469 §2.6).
    static let pinned = [
        CertificateCase("no key is pinned", "certificateNotPinned") { try $0.root.issue() }
            .demanding { tls, world, _ in tls.pins = [try pin(of: world.stranger.certificate)] },
        CertificateCase("the key of an authority that is sent and not used is pinned", "certificateNotPinned") {
            world in
            // Behind the leaf of the root stands one that has nothing to do with it.
            let stray = try world.root.issueCertificate()
            return try ServerIdentity(stray.followed(by: world.between.certificate))
        }.demanding { tls, world, _ in tls.pins = [try pin(of: world.between.certificate)] },
        CertificateCase("the server's key is pinned") { try $0.root.issue() }
            .demanding { tls, _, identity in tls.pins = [try pin(of: identity.certificate)] },
        CertificateCase("the root's key is pinned") { try $0.root.issue() }
            .demanding { tls, world, _ in tls.pins = [try pin(of: world.root.certificate)] },
        CertificateCase("the key of an authority in between is pinned") { try $0.between.issue() }
            .demanding { tls, world, _ in tls.pins = [try pin(of: world.between.certificate)] },
        CertificateCase("a pinned key of a certificate that is otherwise wrong", "certificateExpired", leaf: .expired)
            .demanding { tls, _, identity in tls.pins = [try pin(of: identity.certificate)] },
        CertificateCase("a pinned key alone", leaf: .selfSigned)
            .demanding { tls, _, identity in
                tls.verification = .pinnedKeyAlone
                tls.pins = [try pin(of: identity.certificate)]
            },
        CertificateCase("another key where the pin alone counts", "certificateNotPinned", leaf: .loopback)
            .demanding { tls, world, _ in
                tls.verification = .pinnedKeyAlone
                tls.pins = [try pin(of: world.root.certificate)]
            },
    ]

    private static func pin(of certificate: TestCertificate) throws -> PublicKeyPin {
        try #require(PublicKeyPin(sha256: certificate.publicKeySHA256()))
    }

    /// What must be accepted though the client asks about revocation.
    static let notRevoked = [
        CertificateCase("not on its authority's list") { try $0.root.issue() }
            .demanding { tls, world, _ in
                let list = try world.root.revocationList(revoking: [world.root.issueCertificate()])
                tls.revocation.lists = [.memory(list.der)]
            },
        stapled("a staple that says good") { try $0.root.ocspResponse(about: $1) },
        stapled("a staple signed by the authority's responder") {
            try $0.root.ocspResponse(about: $1, signedBy: $0.root.issueCertificate(.ocspResponder))
        },
        stapled("a staple that the certificate demands", leaf: .mustStaple) { try $0.root.ocspResponse(about: $1) },
    ]

    private static func stapled(
        _ name: String, _ refusal: String? = nil, leaf: CertificateProfile = .loopback,
        _ staple: @escaping @Sendable (CertificateWorld, TestCertificate) throws -> [UInt8]
    ) -> CertificateCase {
        CertificateCase(name, refusal) { world in
            let identity = try world.root.issue(leaf)
            let octets = try staple(world, identity.certificate)
            return try identity.serving { $0.staple = octets }
        }
    }
}
