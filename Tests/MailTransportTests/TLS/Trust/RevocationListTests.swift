import MailTestKit
import Testing

@testable import MailTransport

/// Revocation lists that the caller gives (RFC 5280 §5): what they refuse, and that nothing is taken for good without them.
@Suite(.timeLimit(.minutes(1))) struct RevocationListTests {
    let root: TestCertificateAuthority
    let between: TestCertificateAuthority
    let identity: ServerIdentity

    init() throws {
        root = try TestCertificateAuthority(commonName: "Root")
        between = try root.subordinate()
        identity = try between.issue()
    }

    private func run(
        _ lists: [RevocationList], _ scope: RevocationPolicy.Scope = .server, _ identity: ServerIdentity? = nil
    ) async throws -> TLSTrial.Outcome {
        try await TLSTrial.run(identity ?? self.identity, trusting: root) {
            $0.revocation.lists = lists.map { .memory(Array($0.pem.utf8)) }
            $0.revocation.scope = scope
        }.outcome
    }

    @Test func `a certificate that is not on the list is accepted`() async throws {
        let outcome = try await run([between.revocationList(revoking: [root.issueCertificate()])])
        #expect(outcome.kind == nil, "\(outcome.error?.description ?? "")")
    }

    @Test func `one that is on it is refused, and named`() async throws {
        let outcome = try await run([between.revocationList(revoking: [identity.certificate])])
        #expect(outcome.kind == .certificateRevoked)
        #expect(outcome.error?.tls?.certificateDepth == 0)
        #expect(outcome.error?.tls?.certificate?.der == identity.certificate.der)
    }

    @Test func `an authority that is on its own one's list counts where the whole chain is asked about`() async throws {
        let lists = try [
            between.revocationList(), root.revocationList(revoking: [between.certificate]),
        ]
        #expect(try await run(lists, .server).kind == nil)
        let outcome = try await run(lists, .chain)
        #expect(outcome.kind == .certificateRevoked)
        #expect(outcome.error?.tls?.certificateDepth == 1)
        #expect(try await run([between.revocationList(), root.revocationList()], .chain).kind == nil)
    }

    @Test func `without the list that is needed nothing is known`() async throws {
        #expect(try await run([root.revocationList()]).kind == .revocationUnknown)
        #expect(try await run([between.revocationList()], .chain).kind == .revocationUnknown)
    }

    @Test func `a list out of date, not yet valid or of another's hand is none`() async throws {
        let old = try between.revocationList(issued: .seconds(-7_200), nextUpdate: .seconds(-3_600))
        #expect(try await run([old]).kind == .revocationUnknown)
        let early = try between.revocationList(issued: .seconds(3_600))
        #expect(try await run([early]).kind == .revocationUnknown)
        let impostor = try root.subordinate()
        #expect(try await run([impostor.revocationList()]).kind == .revocationUnknown)
    }

    @Test func `lists are read from DER, from files and several from one`() async throws {
        let list = try between.revocationList(revoking: [identity.certificate])
        let other = try root.revocationList()
        let file = try TestFile(other.pem + list.pem)
        for source in [RevocationPolicy.ListSource.memory(other.der + list.der), .file(file.path)] {
            let (outcome, _) = try await TLSTrial.run(identity, trusting: root) { $0.revocation.lists = [source] }
            #expect(outcome.kind == .certificateRevoked)
        }
    }

    @Test func `a file that has changed is read anew`() async throws {
        let folder = try TestFolder(["crl": between.revocationList().der])
        let path = folder.path + "/crl"
        func kind() async throws -> TransportError.Kind? {
            try await TLSTrial.run(identity, trusting: root) { $0.revocation.lists = [.file(path)] }.outcome.kind
        }
        #expect(try await kind() == nil)
        try overwrite(path, with: between.revocationList(revoking: [identity.certificate]).der)
        #expect(try await kind() == .certificateRevoked)
    }

    @Test(arguments: [
        RevocationPolicy.ListSource.file("/nonexistent"), .memory([]), .memory([0x30, 0x82]),
        .memory(Array("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n".utf8)),
    ])
    func `a list that cannot be read is an error`(source: RevocationPolicy.ListSource) async throws {
        let (outcome, _) = try await TLSTrial.run(identity, trusting: root) { $0.revocation.lists = [source] }
        #expect(outcome.kind == .trustStoreUnreadable)
    }

    @Test func `lists and stapled answers go together`() async throws {
        let stapled = try identity.serving { $0.staple = try? between.ocspResponse(about: identity.certificate) }
        let outcome = try await run([between.revocationList()], .server, stapled)
        #expect(outcome.kind == nil, "\(outcome.error?.description ?? "")")
        #expect(outcome.information?.staple != TLSInformation.Staple.none)
    }
}
