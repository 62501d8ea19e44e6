import MailTestKit
import Testing

@testable import MailTransport

/// What a server staples on revocation (RFC 6066 §8, RFC 6960), and certificates that demand it (RFC 7633).
@Suite(.timeLimit(.minutes(1))) struct StapledResponseTests {
    let root: TestCertificateAuthority
    let between: TestCertificateAuthority
    let leaf: TestCertificate

    init() throws {
        root = try TestCertificateAuthority(commonName: "Root")
        between = try root.subordinate()
        leaf = try between.issueCertificate()
    }

    private func run(
        _ staple: [UInt8]?, _ leaf: TestCertificate? = nil, version: ServerIdentity.Version = .tls13,
        stapling: RevocationPolicy.Stapling = .whereOffered
    ) async throws -> (outcome: TLSTrial.Outcome, handshake: ServerHandshake?) {
        let identity = try ServerIdentity(
            leaf ?? self.leaf, ServerTLSSettings(versions: version...version).with { $0.staple = staple })
        return try await TLSTrial.run(identity, trusting: root) { $0.revocation.stapling = stapling }
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `a good answer is asked for, verified and readable`(version: ServerIdentity.Version) async throws {
        let (outcome, handshake) = try await run(between.ocspResponse(about: leaf), version: version)
        #expect(outcome.kind == nil, "\(outcome.error?.description ?? "")")
        #expect(handshake?.asksForStaple == true)
        guard case .good(let until?) = outcome.information?.staple else {
            Issue.record("no staple")
            return
        }
        // In a day, by default.
        #expect((80_000...90_000).contains(until - CertificateTime.now))
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `an answer that says revoked ends the handshake`(version: ServerIdentity.Version) async throws {
        let (outcome, handshake) = try await run(between.ocspResponse(about: leaf, .revoked), version: version)
        #expect(outcome.kind == .certificateRevoked)
        #expect(outcome.error?.tls?.certificate?.der == leaf.der)
        #expect(handshake?.isComplete == false)
        #expect(handshake?.alerts.contains(113) == true)
    }

    @Test func `the issuer can let another answer for it`() async throws {
        let responder = try between.issueCertificate(.ocspResponder)
        let (outcome, _) = try await run(between.ocspResponse(about: leaf, signedBy: responder))
        #expect(outcome.kind == nil, "\(outcome.error?.description ?? "")")
    }

    @Test func `an answer without proof is refused`() async throws {
        let good = try between.ocspResponse(about: leaf)
        let stranger = try TestCertificateAuthority()
        let expired = CertificateProfile.ocspResponder.with {
            $0.validFrom = .seconds(-7_200)
            $0.validUntil = .seconds(-3_600)
        }
        let weak = CertificateProfile.ocspResponder.with { $0.key = .rsa(bits: 1024) }
        let broken = CertificateProfile.ocspResponder.with { $0.digest = .sha1 }
        var forged = good
        forged[forged.count - 5] ^= 1
        let cases: [(String, [UInt8])] = [
            ("not known", try between.ocspResponse(about: leaf, .unknown)),
            ("about another", try between.ocspResponse(about: between.issueCertificate())),
            ("of another issuer", try root.ocspResponse(about: leaf)),
            ("of a stranger", try stranger.ocspResponse(about: leaf)),
            ("too old", try between.ocspResponse(about: leaf, issued: .seconds(-7_200), nextUpdate: .seconds(-3_600))),
            ("too new", try between.ocspResponse(about: leaf, issued: .seconds(3_600), nextUpdate: .seconds(7_200))),
            ("signed by the server itself", try between.ocspResponse(about: leaf, signedBy: leaf)),
            (
                "signed by one whom another lets answer",
                try between.ocspResponse(about: leaf, signedBy: root.issueCertificate(.ocspResponder))
            ),
            (
                "signed by one who may do something else",
                try between.ocspResponse(about: leaf, signedBy: between.issueCertificate(.client("fred")))
            ),
            (
                "signed by one who may do anything",
                try between.ocspResponse(
                    about: leaf, signedBy: between.issueCertificate(.ocspResponder.with { $0.purposes = [] }))
            ),
            (
                "signed by one whose time is over",
                try between.ocspResponse(about: leaf, signedBy: between.issueCertificate(expired))
            ),
            (
                "signed with a weak key",
                try between.ocspResponse(about: leaf, signedBy: between.issueCertificate(weak))
            ),
            (
                "signed by one whose certificate is weak",
                try between.ocspResponse(about: leaf, signedBy: between.issueCertificate(broken))
            ),
            ("forged", forged), ("cut short", Array(good.dropLast())), ("with more behind", good + [0]),
            ("garbage", [1, 2, 3]), ("no answer", try TestCertificateAuthority.ocspTryLater()),
        ]
        for (name, staple) in cases {
            let (outcome, handshake) = try await run(staple)
            #expect(outcome.kind == .stapleInvalid, "\(name): \(outcome.error?.description ?? "accepted")")
            #expect(handshake?.isComplete == false, "\(name)")
        }
    }

    @Test func `no answer of any octets does harm`() async throws {
        let good = try between.ocspResponse(about: leaf)
        let chain = try [leaf, between.certificate, root.certificate].map {
            try #require(CertificateReader.certificates(in: $0.der)?.first)
        }
        #expect(throws: Never.self) { try StapledResponse(octets: good, chain: chain).validity() }
        var refused = 0
        for index in good.indices {
            for bit in [UInt8(1), 0x80] {
                var changed = good
                changed[index] ^= bit
                if (try? StapledResponse(octets: changed, chain: chain).validity()) == nil { refused += 1 }
            }
            if (try? StapledResponse(octets: Array(good[..<index]), chain: chain).validity()) == nil { refused += 1 }
        }
        // All of what is signed counts; OpenSSL reads some of what surrounds it more than one way.
        #expect(refused > good.count * 3 - 60)
        #expect((try? StapledResponse(octets: good, chain: []).validity()) == nil)
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `a certificate that demands an answer is refused without one`(version: ServerIdentity.Version) async throws {
        let demanding = try between.issueCertificate(.mustStaple)
        let (without, handshake) = try await run(nil, demanding, version: version)
        #expect(without.kind == .stapleMissing, "\(without.error?.description ?? "")")
        #expect(without.error?.tls?.certificate?.demandsStaple == true)
        #expect(handshake?.isComplete == false)
        let (with, _) = try await run(between.ocspResponse(about: demanding), demanding, version: version)
        #expect(with.kind == nil)
    }

    @Test func `an answer can be demanded of every server`() async throws {
        #expect(try await run(nil, stapling: .required).outcome.kind == .stapleMissing)
        #expect(try await run(between.ocspResponse(about: leaf), stapling: .required).outcome.kind == nil)
    }

    @Test func `what is insecurely ignored is not asked for`() async throws {
        let demanding = try between.issueCertificate(.mustStaple)
        let (outcome, handshake) = try await run(
            between.ocspResponse(about: demanding, .revoked), demanding, stapling: .insecureIgnored)
        #expect(outcome.kind == nil)
        #expect(handshake?.asksForStaple == false)
        #expect(outcome.information?.staple == TLSInformation.Staple.none)
    }
}
