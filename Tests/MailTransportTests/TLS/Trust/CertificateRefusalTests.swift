import MailTestKit
import Testing

@testable import MailTransport

/// Errors say which certificate of the chain was refused, and by what names it goes.
@Suite(.timeLimit(.minutes(1))) struct CertificateRefusalTests {
    private func refuse(_ identity: ServerIdentity, _ authority: TestCertificateAuthority) async throws
        -> TransportError
    {
        try #require(try await TLSTrial.run(identity, trusting: authority).outcome.error)
    }

    @Test func `an authority in between that expired stands at depth 1`() async throws {
        let root = try TestCertificateAuthority(commonName: "Root")
        let between = try root.subordinate(
            .authority("Old, \"quoted\"").with {
                $0.validFrom = .seconds(-7_200)
                $0.validUntil = .seconds(-3_600)
            })
        let error = try await refuse(between.issue(), root)
        #expect(error.kind == .certificateExpired)
        #expect(error.tls?.certificateDepth == 1)
        #expect(error.tls?.certificate?.der == between.certificate.der)
        #expect(error.tls?.certificate?.subject == #"CN=Old\, \"quoted\""#)
        #expect(error.tls?.certificate?.issuer == "CN=Root")
        #expect(error.description.contains("depth 1"))
        #expect(error.description.contains("CN=Root"))
    }

    @Test func `the server's own stands at depth 0`() async throws {
        let root = try TestCertificateAuthority()
        let identity = try root.issue(.expired)
        let error = try await refuse(identity, root)
        #expect(error.kind == .certificateExpired)
        #expect(error.tls?.certificateDepth == 0)
        #expect(error.tls?.certificate?.names == ["localhost", "127.0.0.1", "::1"])
        #expect((error.tls?.certificate?.notAfter).map { $0 < CertificateTime.now } == true)
        #expect(error.tls?.alert == nil)
    }

    @Test func `names that are not the one are told, escaped and not without end`() async throws {
        let root = try TestCertificateAuthority()
        let profile = CertificateProfile(names: (0..<200).map { "h\($0).example" }, addresses: []).with {
            $0.rawNames = [Array("evil\u{1B}[2J\u{0}.example".utf8)]
        }
        let error = try await refuse(root.issue(profile), root)
        #expect(error.kind == .certificateNameMismatch)
        #expect(error.certificateNames.count == 100)
        #expect(error.certificateNames.first == "h0.example")
        #expect(!error.description.utf8.contains(0x1B))
        let few = try await refuse(root.issue(profile.with { $0.names = [] }), root)
        #expect(few.certificateNames == [#"evil\x1B[2J\x00.example"#])
    }

    @Test func `a chain that leads nowhere names whom nobody knows`() async throws {
        let root = try TestCertificateAuthority(commonName: "Unheard Of")
        let error = try await refuse(root.issue(), TestCertificateAuthority(commonName: "Trusted"))
        #expect(error.kind == .certificateUntrusted)
        #expect(error.description.contains("CN=Unheard Of"))
    }
}
