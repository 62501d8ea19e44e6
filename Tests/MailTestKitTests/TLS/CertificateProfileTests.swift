import COpenSSL
import MailTestKit
import Testing

/// Each certificate is as wrong as its name says, by OpenSSL's own word; and nothing else is wrong with it.
@Suite("Certificates in a handshake", .timeLimit(.minutes(1)))
struct CertificateProfileTests {
    /// OpenSSL's word on `certificate`, `ok` for nothing wrong.
    private func verdict(
        on certificate: TestCertificate, trusting authority: TestCertificateAuthority, host: String = "localhost",
        sendsIntermediates: Bool = true, revocationLists: [RevocationList] = []
    ) async throws -> String {
        let identity = try ServerIdentity(
            certificate, ServerTLSSettings().with { $0.sendsIntermediates = sendsIntermediates })
        let server = try ScriptedServer.start(tls: identity, script: [.ignoreRest])
        let verdict: String
        do {
            let client = try RawTLSClient(
                port: server.port,
                RawTLSClient.Wishes(trusted: [authority], host: host, revocationLists: revocationLists))
            #expect(client.isUp == (client.verification == "ok"))
            verdict = client.verification
        }
        _ = await server.conversations()
        return verdict
    }

    @Test(
        "what a leaf can be",
        arguments: [
            (CertificateProfile.loopback, "ok"), (.expired, "certificate has expired"),
            (.notYetValid, "certificate is not yet valid"), (.selfSigned, "self-signed certificate"),
            (.otherHost, "hostname mismatch"), (.weakKey, "EE certificate key too weak"),
            (.signedWithSHA1, "CA signature digest algorithm too weak"),
            (.clientPurposeOnly, "unsuitable certificate purpose"), (.mustStaple, "ok"),
            (.loopback.with { $0.key = .p384 }, "ok"), (.loopback.with { $0.key = .ed25519 }, "ok"),
            (.loopback.with { $0.key = .rsa(bits: 2048) }, "ok"),
            (CertificateProfile(names: (0..<300).map { "h\($0).example" } + ["localhost"]), "ok"),
            (.otherHost.with { $0.rawNames = [Array("localhost".utf8)] }, "ok"),
            (.otherHost.with { $0.rawNames = [Array("localhost\u{0}.example".utf8)] }, "hostname mismatch"),
        ])
    func leaves(profile: CertificateProfile, expected: String) async throws {
        let authority = try TestCertificateAuthority()
        #expect(try await verdict(on: authority.issueCertificate(profile), trusting: authority) == expected)
    }

    @Test("MD5 needs an authority with RSA")
    func signedWithMD5() async throws {
        let authority = try TestCertificateAuthority(.authority().with { $0.key = .rsa(bits: 2048) })
        let certificate = try authority.issueCertificate(.signedWithMD5)
        #expect(
            try await verdict(on: certificate, trusting: authority) == "CA signature digest algorithm too weak")
        #expect(throws: TestTLSError.self) { try TestCertificateAuthority().issueCertificate(.signedWithMD5) }
    }

    @Test(
        "what an authority in between can be",
        arguments: [
            (CertificateProfile.authority("Between"), "ok"), (.leafUsedAsAuthority, "invalid CA certificate"),
            (.authority("Between").with { $0.validUntil = .seconds(-3_600) }, "certificate has expired"),
            (.authority("Between").with { $0.validFrom = .seconds(3_600) }, "certificate is not yet valid"),
            (.authority("Between").with { $0.nameConstraints = ["permitted;DNS:localhost"] }, "ok"),
            (
                .authority("Between").with { $0.nameConstraints = ["permitted;DNS:example.com"] },
                "permitted subtree violation"
            ),
            (
                .authority("Between").with { $0.nameConstraints = ["excluded;DNS:localhost"] },
                "excluded subtree violation"
            ),
        ])
    func intermediates(profile: CertificateProfile, expected: String) async throws {
        let root = try TestCertificateAuthority()
        let between = try root.subordinate(profile)
        let certificate = try between.issueCertificate(CertificateProfile(addresses: []))
        #expect(certificate.intermediates.map(\.pem) == [between.pem])
        #expect(try await verdict(on: certificate, trusting: root) == expected)
        #expect(
            try await verdict(on: certificate, trusting: root, sendsIntermediates: false)
                == "unable to get local issuer certificate")
    }

    @Test("authorities may go so deep and no deeper")
    func pathLength() async throws {
        let root = try TestCertificateAuthority(
            .authority("Root").with { $0.basicConstraints = .authority(pathLength: 1) })
        let first = try root.subordinate(.authority("First"))
        #expect(try await verdict(on: first.issueCertificate(), trusting: root) == "ok")
        let second = try first.subordinate(.authority("Second"))
        let deep = try second.issueCertificate()
        #expect(deep.intermediates.count == 2)
        #expect(try await verdict(on: deep, trusting: root) == "path length constraint exceeded")
    }

    @Test("a list tells who is revoked, while it is valid")
    func revocationLists() async throws {
        let authority = try TestCertificateAuthority()
        let good = try authority.issueCertificate()
        let bad = try authority.issueCertificate()
        let list = try authority.revocationList(revoking: [bad])
        #expect(try await verdict(on: good, trusting: authority, revocationLists: [list]) == "ok")
        #expect(try await verdict(on: bad, trusting: authority, revocationLists: [list]) == "certificate revoked")
        let old = try authority.revocationList(nextUpdate: .seconds(-60))
        #expect(try await verdict(on: good, trusting: authority, revocationLists: [old]) == "CRL has expired")
    }
}
