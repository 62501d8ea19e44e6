import MailTestKit
import Testing

@testable import MailTransport

/// Where the certificates to trust can come from.
@Suite(.timeLimit(.minutes(1))) struct TrustedRootsTests {
    let authority: TestCertificateAuthority
    let other: TestCertificateAuthority

    init() throws {
        authority = try TestCertificateAuthority(commonName: "Trusted")
        other = try TestCertificateAuthority(commonName: "Other")
    }

    /// Whether a server of `authority` is trusted with `roots`: the error's kind, nil for yes.
    private func kind(with roots: TrustedRoots) async throws -> TransportError.Kind? {
        try await TLSTrial.run(authority.issue(), trusting: authority) { $0.roots = roots }.outcome.kind
    }

    @Test func `a file of PEM, with others and text around`() async throws {
        let file = try TestFile(
            "The authorities of this house:\n" + other.pem + "-----\n" + authority.pem + "Goodbye.\n")
        #expect(try await kind(with: .file(file.path)) == nil)
        #expect(try await kind(with: .file(other.path)) == .certificateUntrusted)
    }

    @Test func `a file of DER`() async throws {
        let file = try TestFile(authority.certificate.der)
        #expect(try await kind(with: .file(file.path)) == nil)
    }

    @Test func `memory, in PEM and in DER, one behind the other`() async throws {
        #expect(try await kind(with: .memory(Array((other.pem + authority.pem).utf8))) == nil)
        #expect(try await kind(with: .memory(other.certificate.der + authority.certificate.der)) == nil)
        #expect(try await kind(with: .memory(other.certificate.der)) == .certificateUntrusted)
    }

    @Test func `several sources together`() async throws {
        #expect(try await kind(with: .system + .memory(authority.certificate.der) + .file(other.path)) == nil)
        #expect(try await kind(with: .system + .file(other.path)) == .certificateUntrusted)
    }

    @Test func `a folder by the subjects' hashes, where nothing else counts`() async throws {
        let folder = try TestFolder(trusting: [other, authority])
        #expect(try await kind(with: .folder(folder.path)) == nil)
        let hidden = try TestFolder([
            "\(other.certificate.subjectHash).0": Array(other.pem.utf8), "trusted.pem": Array(authority.pem.utf8),
        ])
        #expect(try await kind(with: .folder(hidden.path)) == .certificateUntrusted)
    }

    @Test func `a folder without hashes, where what is no certificate is passed over`() async throws {
        let folder = try TestFolder([
            "a.pem": Array(other.pem.utf8), "b.der": authority.certificate.der, "README": Array("No certificate.".utf8),
            "broken.pem": Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8),
        ])
        #expect(try await kind(with: .folder(folder.path)) == nil)
    }

    @Test func `an authority in between, or the server's own certificate, can be trusted by itself`() async throws {
        let between = try authority.subordinate()
        let identity = try between.issue()
        let viaBetween = try await TLSTrial.run(identity, trusting: between)
        #expect(viaBetween.outcome.kind == nil)
        #expect(viaBetween.outcome.information?.verifiedChain.count == 2)
        let alone = try authority.issue(.selfSigned)
        let viaItself = try await TLSTrial.run(alone, trusting: authority) {
            $0.roots = .memory(alone.certificate.der)
        }
        #expect(viaItself.outcome.kind == nil)
    }

    @Test(arguments: [
        TrustedRoots.file("/nonexistent/ca.pem"), .folder("/nonexistent"), .file("/"), .file("/dev/null"),
        .file("/etc\u{0}/ssl"), .memory([]), .memory(Array("nothing".utf8)), .memory([0x30, 0x82]),
        .memory(Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)),
        .system + .memory([0x30, 0x82]),
    ])
    func `what cannot be read is an error before anything is sent`(roots: TrustedRoots) async throws {
        let listener = try LoopbackListener(connections: 0) { _ in }
        var transport = TransportConfiguration()
        transport.tls.roots = roots
        let error = await #expect(throws: TransportError.self) {
            _ = try await Connection.connect(to: .tls("localhost", port: listener.port), configuration: transport)
        }
        #expect(error?.kind == .trustStoreUnreadable, "\(error?.description ?? "")")
    }

    @Test func `one that is broken among good ones is an error, not left out`() async throws {
        let broken = authority.pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        #expect(try await kind(with: .memory(Array(broken.utf8))) == .trustStoreUnreadable)
        #expect(try await kind(with: .memory(authority.certificate.der + [0])) == .trustStoreUnreadable)
    }

    @Test func `a file that has changed is read anew`() async throws {
        let folder = try TestFolder(["roots.pem": Array(other.pem.utf8)])
        let path = folder.path + "/roots.pem"
        #expect(try await kind(with: .file(path)) == .certificateUntrusted)
        try overwrite(path, with: Array(authority.pem.utf8))
        #expect(try await kind(with: .file(path)) == nil)
        try overwrite(path, with: Array(other.pem.utf8))
        #expect(try await kind(with: .file(path)) == .certificateUntrusted)
    }

    @Test func `a file in a folder that has changed is read anew`() async throws {
        let folder = try TestFolder(["roots.pem": Array(other.pem.utf8)])
        #expect(try await kind(with: .folder(folder.path)) == .certificateUntrusted)
        try overwrite(folder.path + "/roots.pem", with: Array(authority.pem.utf8))
        #expect(try await kind(with: .folder(folder.path)) == nil)
    }

    @Test func `what is printed of roots in memory is their number, not their octets`() {
        var text = ""
        dump(TrustedRoots.memory(Array(repeating: 0xAB, count: 1_000)), to: &text)
        #expect(text.contains("1000"))
        #expect(!text.contains("171"))
    }
}
