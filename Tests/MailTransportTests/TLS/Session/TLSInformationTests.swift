import MailTestKit
import Testing

@testable import MailTransport

/// What can be read of a connection's TLS, and of the certificates in it.
@Suite(.timeLimit(.minutes(1))) struct TLSInformationTests {
    @Test func `what was agreed on and proven can be read`() async throws {
        let root = try TestCertificateAuthority(commonName: "Root")
        let between = try root.subordinate()
        let identity = try between.issue(
            CertificateProfile(names: ["localhost", "*.example.com"], addresses: ["127.0.0.1", "2001:db8::1"]))
        let (outcome, _) = try await TLSTrial.run(identity, trusting: root)
        let information = try #require(outcome.information)
        #expect(information.version == "TLSv1.3")
        #expect(information.cipher == "TLS_AES_256_GCM_SHA384")
        #expect(information.group == "x25519")
        #expect(information.applicationProtocol == nil)
        #expect(!information.isResumed)
        #expect(information.trust == .root)
        #expect(information.isVerified)
        #expect(information.peerChain.map(\.der) == [identity.certificate.der, between.certificate.der])
        #expect(
            information.verifiedChain.map(\.der) == [
                identity.certificate.der, between.certificate.der, root.certificate.der,
            ])
        #expect(!information.clientCertificateRequested)

        let certificate = try #require(information.certificate)
        #expect(certificate.subject == "CN=localhost")
        #expect(certificate.issuer == "CN=Mailwire Test Intermediate")
        #expect(certificate.names == ["localhost", "*.example.com", "127.0.0.1", "2001:db8::1"])
        #expect(certificate.sha256 == identity.certificate.sha256)
        #expect(certificate.publicKeyPin.sha256 == (try identity.certificate.publicKeySHA256()))
        let now = CertificateTime.now
        #expect(try (now - 90_000...now - 80_000).contains(#require(certificate.notBefore)))
        #expect(try (now + 80_000...now + 90_000).contains(#require(certificate.notAfter)))
        #expect(certificate.serialNumber.count >= 2 && certificate.serialNumber.allSatisfy(\.isHexDigit))
        #expect(!certificate.demandsStaple)
        #expect(information.verifiedChain[2].subject == "CN=Root")
        #expect(information.verifiedChain[2] == PeerCertificate(try #require(reference(root.certificate.der))))
        #expect(information.verifiedChain[2] != certificate)
    }

    private func reference(_ der: [UInt8]) -> CertificateReference? {
        CertificateReader.certificates(in: der)?.first
    }

    @Test func `texts in a certificate cannot act on a terminal, and have an end`() throws {
        let authority = try TestCertificateAuthority(commonName: "a\u{1B}[2J\u{202E}é")
        let odd = PeerCertificate(try #require(reference(authority.certificate.der)))
        #expect(!odd.subject.utf8.contains(0x1B))
        #expect(!odd.subject.unicodeScalars.contains("\u{202E}"))
        #expect(odd.subject.contains("é"))
        let many = try authority.issueCertificate(
            CertificateProfile(names: (0..<1_500).map { "h\($0).example" }, addresses: []))
        #expect(PeerCertificate(try #require(reference(many.der))).names.count == 1_000)
    }

    @Test func `nothing was verified where that was asked for by name`() async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue(.selfSigned)
        let (outcome, _) = try await TLSTrial.run(identity, trusting: authority) { $0.verification = .insecureNone }
        #expect(outcome.information?.trust == .insecureNone)
        #expect(outcome.information?.isVerified == false)
        #expect(outcome.information?.verifiedChain.isEmpty == true)
        #expect(outcome.information?.certificate?.der == identity.certificate.der)
    }
}
