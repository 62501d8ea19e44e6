import MailTestKit
import Testing

@testable import MailTransport

/// The application protocols of RFC 7301.
@Suite(.timeLimit(.minutes(1))) struct ApplicationProtocolTests {
    let authority: TestCertificateAuthority
    let leaf: TestCertificate

    init() throws {
        authority = try TestCertificateAuthority()
        leaf = try authority.issueCertificate()
    }

    private func run(
        _ offered: [String], _ settings: ServerTLSSettings
    ) async throws -> (outcome: TLSTrial.Outcome, handshake: ServerHandshake?) {
        try await TLSTrial.run(ServerIdentity(leaf, settings), trusting: authority) {
            $0.applicationProtocols = offered
        }
    }

    @Test func `nothing is said of them unless they are set`() async throws {
        let (outcome, handshake) = try await run([], ServerTLSSettings().with { $0.applicationProtocols = ["imap"] })
        #expect(handshake?.extensions.contains(16) == false)
        #expect(outcome.information?.applicationProtocol == nil)
    }

    @Test(arguments: [ServerIdentity.Version.tls12, .tls13])
    func `all are offered in order, and what is agreed on can be read`(version: ServerIdentity.Version) async throws {
        let (outcome, handshake) = try await run(
            ["imap", "pop3"], ServerTLSSettings(versions: version...version).with { $0.applicationProtocols = ["pop3"] }
        )
        #expect(handshake?.offeredProtocols == ["imap", "pop3"])
        #expect(outcome.information?.applicationProtocol == "pop3")
    }

    @Test func `a server that does not know of them is accepted`() async throws {
        let (outcome, _) = try await run(["imap"], ServerTLSSettings())
        #expect(outcome.kind == nil)
        #expect(outcome.information?.applicationProtocol == nil)
    }

    @Test func `a server with none in common is named`() async throws {
        let (outcome, _) = try await run(["imap"], ServerTLSSettings().with { $0.applicationProtocols = ["http/1.1"] })
        #expect(outcome.kind == .noApplicationProtocol)
        #expect(outcome.error?.tls?.alert == .noApplicationProtocol)
    }

    @Test func `a server that chooses what was not offered is refused`() async throws {
        let (outcome, _) = try await run(
            ["imap"], ServerTLSSettings().with { $0.forcedApplicationProtocol = "smtp\u{1B}" })
        #expect(
            outcome.kind == .noApplicationProtocol || outcome.kind == .tlsFailed, "\(outcome.error?.description ?? "")")
        #expect(outcome.error?.description.utf8.contains(0x1B) == false)
    }
}
