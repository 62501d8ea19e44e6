import MailTestKit
import Testing

@testable import MailTransport

/// Channel bindings, held against what the server has, and nil where they are not defined (RFC 5929, RFC 9266).
@Suite(.timeLimit(.minutes(1))) struct ChannelBindingTests {
    private func bindings(_ outcome: TLSTrial.Outcome) -> [ChannelBinding.Kind: [UInt8]] {
        Dictionary(uniqueKeysWithValues: outcome.bindings.map { ($0.kind, $0.octets) })
    }

    private func identity(
        _ version: ServerIdentity.Version, _ leaf: TestCertificate
    ) throws -> ServerIdentity {
        try ServerIdentity(
            leaf,
            ServerTLSSettings(versions: version...version).with { $0.resumption = .tickets(TicketKey(), count: 2) })
    }

    @Test func `TLS 1.3 has an exporter and no first Finished`() async throws {
        let authority = try TestCertificateAuthority()
        let leaf = try authority.issueCertificate()
        let (outcome, handshake) = try await TLSTrial.run(identity(.tls13, leaf), trusting: authority)
        let bindings = bindings(outcome)
        #expect(bindings[.tlsExporter]?.count == 32)
        #expect(bindings[.tlsExporter] == handshake?.exporter)
        #expect(bindings[.tlsUnique] == nil)
        #expect(bindings[.tlsServerEndPoint] == leaf.sha256)
    }

    @Test func `TLS 1.2 has all, in a full handshake and in a resumed one`() async throws {
        let authority = try TestCertificateAuthority()
        let leaf = try authority.issueCertificate()
        let trial = try TLSTrial(identity(.tls12, leaf), trusting: authority, connections: 2)
        let held = try await TLSContextCache.context(
            for: trial.tls, within: .seconds(30), on: EventLoopGroup.shared().next)
        let outcomes = [try await trial.connect(), try await trial.connect()]
        #expect(outcomes.map { $0.information?.isResumed } == [false, true])
        let seen = await trial.seen().map(\.handshake)
        for (outcome, handshake) in zip(outcomes, seen) {
            let bindings = bindings(outcome)
            #expect(bindings[.tlsUnique]?.count == 12)
            #expect(bindings[.tlsUnique] == handshake?.firstFinished)
            #expect(bindings[.tlsExporter] == handshake?.exporter)
            #expect(bindings[.tlsServerEndPoint] == leaf.sha256)
        }
        #expect(bindings(outcomes[0])[.tlsUnique] != bindings(outcomes[1])[.tlsUnique])
        #expect(bindings(outcomes[0])[.tlsExporter] != bindings(outcomes[1])[.tlsExporter])
        withExtendedLifetime(held) {}
    }

    @Test func `without the extended master secret there is no exporter, and no first Finished once resumed`()
        async throws
    {
        let authority = try TestCertificateAuthority()
        let trial = try TLSTrial(identity(.tls12, authority.issueCertificate()), trusting: authority, connections: 2)
        let held = try await TLSContextCache.context(
            for: trial.tls, within: .seconds(30), on: EventLoopGroup.shared().next)
        held.forbidExtendedMasterSecret()
        let outcomes = [try await trial.connect(), try await trial.connect()]
        #expect(outcomes.map { $0.information?.isResumed } == [false, true])
        let seen = await trial.seen().map(\.handshake)
        #expect(bindings(outcomes[0])[.tlsUnique] == seen[0]?.firstFinished)
        #expect(bindings(outcomes[1])[.tlsUnique] == nil)
        for outcome in outcomes { #expect(bindings(outcome)[.tlsExporter] == nil) }
    }

    @Test(arguments: [
        (SignatureDigest.sha256, "SHA256"), (.sha384, "SHA384"), (.sha1, "SHA256"),
    ])
    func `the hash of the certificate is that of its signature, and never a broken one`(
        digest: SignatureDigest, name: String
    ) async throws {
        let authority = try TestCertificateAuthority()
        let leaf = try authority.issueCertificate(.loopback.with { $0.digest = digest })
        let (outcome, _) = try await TLSTrial.run(identity(.tls13, leaf), trusting: authority) {
            // A digest that is broken is refused otherwise.
            $0.verification = .insecureNone
        }
        #expect(bindings(outcome)[.tlsServerEndPoint] == hash(leaf.der, name))
    }

    @Test func `a certificate that is signed without one hash has no end point`() async throws {
        let authority = try TestCertificateAuthority(.authority("Edwards").with { $0.key = .ed25519 })
        let (outcome, _) = try await TLSTrial.run(authority.issue(), trusting: authority)
        #expect(outcome.kind == nil)
        #expect(bindings(outcome)[.tlsServerEndPoint] == nil)
        #expect(bindings(outcome)[.tlsExporter] != nil)
    }

    @Test func `plaintext has none`() async throws {
        let listener = try LoopbackListener { readUntil("never", from: $0) }
        let connection = try await Connection.connect(to: .plaintext("127.0.0.1", port: listener.port))
        for kind in ChannelBinding.Kind.allCases { #expect(await connection.channelBinding(kind) == nil) }
        #expect(await connection.tlsInformation == nil)
        await connection.close()
    }
}
