import MailTestKit
import Testing

@testable import MailTransport

/// Versions, cipher suites, groups and strength: what is chosen, and what cannot be.
@Suite(.timeLimit(.minutes(1))) struct TLSAlgorithmsTests {
    let authority: TestCertificateAuthority
    let leaf: TestCertificate

    init() throws {
        authority = try TestCertificateAuthority()
        leaf = try authority.issueCertificate()
    }

    private func run(
        _ settings: ServerTLSSettings = ServerTLSSettings(), _ change: (inout TLSConfiguration) throws -> Void
    ) async throws -> TLSTrial.Outcome {
        try await TLSTrial.run(ServerIdentity(leaf, settings), trusting: authority, change).outcome
    }

    @Test func `the highest version can be lowered, and the lowest raised`() async throws {
        let lowered = try await run { $0.maximumVersion = .tls12 }
        #expect(lowered.information?.version == "TLSv1.2")
        let raised = try await run { $0.minimumVersion = .tls13 }
        #expect(raised.information?.version == "TLSv1.3")
    }

    @Test func `without a version in common the error says so`() async throws {
        let old = try await run(ServerTLSSettings(versions: .tls12 ... .tls12)) { $0.minimumVersion = .tls13 }
        #expect(old.kind == .protocolVersion, "\(old.error?.description ?? "")")
        let new = try await run(ServerTLSSettings(versions: .tls13 ... .tls13)) { $0.maximumVersion = .tls12 }
        #expect(new.kind == .protocolVersion, "\(new.error?.description ?? "")")
        #expect(new.error?.tls?.alert == .protocolVersion)
    }

    @Test(arguments: ["TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"])
    func `the suite of TLS 1.3 is the one that is asked for`(suite: String) async throws {
        let outcome = try await run { $0.algorithms.cipherSuites = [suite] }
        #expect(outcome.information?.cipher == suite)
    }

    @Test(arguments: ["ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"])
    func `a suite of TLS 1.2 goes by either name`(name: String) async throws {
        let outcome = try await run {
            $0.maximumVersion = .tls12
            $0.algorithms.cipherSuitesOfTLS12 = [name]
        }
        #expect(outcome.information?.cipher == "ECDHE-ECDSA-AES128-GCM-SHA256")
    }

    @Test(arguments: ["P-256", "X25519", "P-384"]) func `the group is the one that is asked for`(group: String)
        async throws
    {
        let outcome = try await run { $0.algorithms.groups = [group] }
        let names = ["P-256": "secp256r1", "X25519": "x25519", "P-384": "secp384r1"]
        #expect(outcome.information?.group == names[group])
    }

    @Test func `without a suite or group in common the server's alert is told`() async throws {
        for settings in [
            ServerTLSSettings().with { $0.cipherSuites = "TLS_AES_256_GCM_SHA384" },
            ServerTLSSettings().with { $0.groups = "P-384" },
        ] {
            let outcome = try await run(settings) {
                $0.minimumVersion = .tls13
                $0.algorithms.cipherSuites = ["TLS_AES_128_GCM_SHA256"]
                $0.algorithms.groups = ["X25519"]
            }
            #expect(outcome.kind == .handshakeRefused)
            #expect(outcome.error?.tls?.alert == .handshakeFailure)
            #expect(outcome.error?.description.contains("handshake_failure (40)") == true)
        }
    }

    @Test func `suites without forward secrecy are not offered`() async throws {
        let rsa = try TestCertificateAuthority(.authority("RSA").with { $0.key = .rsa(bits: 2048) })
        let identity = try ServerIdentity(
            rsa.issueCertificate(.loopback.with { $0.key = .rsa(bits: 2048) }),
            ServerTLSSettings(versions: .tls12 ... .tls12).with { $0.cipherList = "AES256-GCM-SHA384" })
        let (outcome, _) = try await TLSTrial.run(identity, trusting: rsa)
        #expect(outcome.error?.tls?.alert == .handshakeFailure)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (inout TLSConfiguration) -> Void
    }

    static let mistakes = [
        Mistake(testDescription: "an unknown suite of 1.3") { $0.algorithms.cipherSuites = ["TLS_AES_128_GCM_SHA257"] },
        Mistake(testDescription: "an unknown suite among known ones") {
            $0.algorithms.cipherSuites = ["TLS_AES_128_GCM_SHA256", "TLS_NONE"]
        },
        Mistake(testDescription: "an unknown suite of 1.2 among known ones") {
            $0.algorithms.cipherSuitesOfTLS12 = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-NONE"]
        },
        Mistake(testDescription: "a suite of 1.3 for 1.2") {
            $0.algorithms.cipherSuitesOfTLS12 = ["TLS_AES_128_GCM_SHA256"]
        },
        Mistake(testDescription: "a suite that is too weak") {
            $0.algorithms.cipherSuitesOfTLS12 = ["ECDHE-RSA-NULL-SHA"]
        },
        Mistake(testDescription: "no suite of 1.2 at all") { $0.algorithms.cipherSuitesOfTLS12 = [] },
        Mistake(testDescription: "a suite of 1.3 that is too weak") {
            $0.algorithms.strength = .bits192
            $0.algorithms.cipherSuites = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"]
        },
        Mistake(testDescription: "no suite of 1.3 at all") { $0.algorithms.cipherSuites = [] },
        Mistake(testDescription: "no group at all") { $0.algorithms.groups = [] },
        Mistake(testDescription: "an order to OpenSSL for a suite") {
            $0.algorithms.cipherSuitesOfTLS12 = ["@SECLEVEL=0"]
        },
        Mistake(testDescription: "two orders in one name") {
            $0.algorithms.cipherSuitesOfTLS12 = ["ECDHE-RSA-AES128-GCM-SHA256:aNULL"]
        },
        Mistake(testDescription: "a suite behind another") {
            $0.algorithms.cipherSuites = ["TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"]
        },
        Mistake(testDescription: "an unknown group") { $0.algorithms.groups = ["X25518"] },
        Mistake(testDescription: "an unknown group among known ones") { $0.algorithms.groups = ["X25519", "P-257"] },
        Mistake(testDescription: "a group without a name") { $0.algorithms.groups = [""] },
        Mistake(testDescription: "the lowest version above the highest") {
            $0.minimumVersion = .tls13
            $0.maximumVersion = .tls12
        },
        Mistake(testDescription: "an empty application protocol") { $0.applicationProtocols = ["imap", ""] },
        Mistake(testDescription: "an application protocol of 256 octets") {
            $0.applicationProtocols = [String(repeating: "a", count: 256)]
        },
        Mistake(testDescription: "too many application protocols") {
            $0.applicationProtocols = Array(repeating: String(repeating: "a", count: 255), count: 257)
        },
        Mistake(testDescription: "a key log that cannot be written") { $0.insecureKeyLogFile = "/nonexistent/keys" },
    ]

    @Test(arguments: mistakes) func `settings that cannot be used are an error before anything is sent`(
        mistake: Mistake
    ) async throws {
        let listener = try LoopbackListener(connections: 0) { _ in }
        var transport = TransportConfiguration()
        mistake.make(&transport.tls)
        let error = await #expect(throws: TransportError.self) {
            _ = try await Connection.connect(to: .tls("localhost", port: listener.port), configuration: transport)
        }
        #expect(error?.kind == .tlsSettingsInvalid, "\(error?.description ?? "")")
    }

    @Test func `a higher strength is demanded of certificates too`() async throws {
        let rsa = try TestCertificateAuthority(.authority("RSA").with { $0.key = .rsa(bits: 2048) })
        let identity = try rsa.issue(.loopback.with { $0.key = .rsa(bits: 2048) })
        #expect(try await TLSTrial.run(identity, trusting: rsa).outcome.kind == nil)
        let (outcome, _) = try await TLSTrial.run(identity, trusting: rsa) { $0.algorithms.strength = .bits128 }
        #expect(outcome.kind == .certificateWeak, "\(outcome.error?.description ?? "")")
        let stronger = try await run { $0.algorithms.strength = .bits128 }
        #expect(stronger.kind == nil, "\(stronger.error?.description ?? "")")
    }

    @Test func `a chain larger or longer than the limits is refused`() async throws {
        let large = try authority.issue(.loopback.with { $0.names += (0..<300).map { "h\($0).example.com" } })
        let (tooLarge, _) = try await TLSTrial.run(large, trusting: authority) { $0.limits.certificateOctets = 4_096 }
        #expect(tooLarge.kind == .tlsFailed, "\(tooLarge.error?.description ?? "")")
        #expect(try await TLSTrial.run(large, trusting: authority).outcome.kind == nil)
        let deep = try authority.subordinate().subordinate().issue()
        let (tooDeep, _) = try await TLSTrial.run(deep, trusting: authority) { $0.limits.intermediates = 1 }
        #expect(
            [.certificateInvalid, .certificateUntrusted].contains(tooDeep.kind), "\(tooDeep.error?.description ?? "")")
        let (justDeep, _) = try await TLSTrial.run(deep, trusting: authority) { $0.limits.intermediates = 2 }
        #expect(justDeep.kind == nil)
    }
}
