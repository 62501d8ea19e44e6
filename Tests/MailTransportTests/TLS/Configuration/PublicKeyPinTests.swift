import MailTestKit
import Testing

@testable import MailTransport

/// Public keys that are pinned (RFC 7469 §2.4), beside the verification or in its place.
@Suite(.timeLimit(.minutes(1))) struct PublicKeyPinTests {
    let authority: TestCertificateAuthority
    let between: TestCertificateAuthority
    let identity: ServerIdentity

    init() throws {
        authority = try TestCertificateAuthority()
        between = try authority.subordinate()
        identity = try between.issue()
    }

    private func pin(_ certificate: TestCertificate) throws -> PublicKeyPin {
        try #require(PublicKeyPin(sha256: certificate.publicKeySHA256()))
    }

    /// The pin of a key that nobody here has.
    private let strange = PublicKeyPin("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")

    @Test func `a pin is read in each of its spellings, and printed in one`() throws {
        let digest = [UInt8](0..<32)
        let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        for spelling in ["sha256/" + text, "sha256//" + text, text] {
            #expect(PublicKeyPin(spelling)?.sha256 == digest)
        }
        #expect(PublicKeyPin(sha256: digest)?.description == "sha256/" + text)
    }

    @Test(arguments: [
        "", "sha256/", "sha256/AAAA", "sha1/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "SHA256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=;",
        "sha256/sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ])
    func `what is no pin is none`(text: String) {
        #expect(PublicKeyPin(text) == nil)
    }

    @Test func `a digest of another length is no pin`() {
        #expect(PublicKeyPin(sha256: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(PublicKeyPin(sha256: [UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test func `any key of the verified chain can be pinned`() async throws {
        for certificate in [identity.certificate, between.certificate, authority.certificate] {
            let pin = try pin(certificate)
            let (outcome, _) = try await TLSTrial.run(identity, trusting: authority) {
                $0.pins = [pin, try #require(strange)]
            }
            #expect(outcome.kind == nil, "\(outcome.error?.description ?? "")")
            #expect(outcome.information?.trust == .rootAndPin(pin))
            #expect(outcome.information?.isVerified == true)
        }
    }

    @Test func `without one of the pins the error names all that were seen`() async throws {
        let (outcome, handshake) = try await TLSTrial.run(identity, trusting: authority) {
            $0.pins = [try #require(strange)]
        }
        #expect(outcome.kind == .certificateNotPinned)
        let seen = try [identity.certificate, between.certificate, authority.certificate].map { try pin($0) }
        #expect(outcome.error?.tls?.publicKeyPins == seen)
        for pin in seen { #expect(outcome.error?.description.contains(pin.description) == true) }
        #expect(handshake?.isComplete == false)
    }

    @Test func `a pin does not stand for the verification`() async throws {
        let stranger = try TestCertificateAuthority()
        let strangers = try stranger.issue()
        let (untrusted, _) = try await TLSTrial.run(strangers, trusting: authority) {
            $0.pins = [try pin(strangers.certificate)]
        }
        #expect(untrusted.kind == .certificateUntrusted)
        let elsewhere = try authority.issue(.otherHost)
        let (misnamed, _) = try await TLSTrial.run(elsewhere, trusting: authority) {
            $0.pins = [try pin(elsewhere.certificate)]
        }
        #expect(misnamed.kind == .certificateNameMismatch)
    }

    @Test(arguments: [CertificateProfile.selfSigned, .expired, .otherHost, .commonNameOnly])
    func `a pinned key alone is trusted whatever else its certificate says`(profile: CertificateProfile) async throws {
        let odd = try TestCertificateAuthority().issue(profile)
        let pin = try pin(odd.certificate)
        let (outcome, _) = try await TLSTrial.run(odd, trusting: authority) {
            $0.verification = .pinnedKeyAlone
            $0.pins = [pin]
        }
        #expect(outcome.kind == nil, "\(outcome.error?.description ?? "")")
        #expect(outcome.information?.trust == .pinnedKeyAlone(pin))
        #expect(outcome.information?.isVerified == true)
        #expect(outcome.information?.verifiedChain.isEmpty == true)
        #expect(outcome.information?.certificate?.der == odd.certificate.der)
    }

    @Test func `a pinned key alone must be the server's own, since nobody vouches for the others`() async throws {
        for other in [between.certificate, authority.certificate] {
            let (outcome, handshake) = try await TLSTrial.run(identity, trusting: authority) {
                $0.verification = .pinnedKeyAlone
                $0.pins = [try pin(other)]
            }
            #expect(outcome.kind == .certificateNotPinned)
            #expect(outcome.error?.tls?.publicKeyPins == [try pin(identity.certificate)])
            #expect(handshake?.isComplete == false)
        }
    }

    @Test func `a pinned key alone without a pin is an error before anything is sent`() async throws {
        let listener = try LoopbackListener(connections: 0) { _ in }
        var transport = TransportConfiguration()
        transport.tls.verification = .pinnedKeyAlone
        let error = await #expect(throws: TransportError.self) {
            _ = try await Connection.connect(to: .tls("localhost", port: listener.port), configuration: transport)
        }
        #expect(error?.kind == .tlsSettingsInvalid)
    }
}
