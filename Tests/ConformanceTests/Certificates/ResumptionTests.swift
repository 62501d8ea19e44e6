import MailTestKit
import MailTransport
import Octets
import Testing

/// A session is resumed with the server and under the settings it was made with, and nowhere else: what was proven of a server
/// then would be taken for granted (RFC 8446 §4.6.1, RFC 9325 §3.4).
@Suite(.timeLimit(.minutes(1))) struct ResumptionTests {
    private static func transport(_ loops: EventLoopGroup) throws -> TransportConfiguration {
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.tls.roots = .file(try CertificateWorld.get().root.path)
        return transport
    }

    /// A server's identity for two names, with tickets that any server with `key` takes.
    private static func identity(
        _ key: TicketKey = TicketKey(), versions: ClosedRange<ServerIdentity.Version> = .tls12 ... .tls13
    ) throws -> ServerIdentity {
        let profile = CertificateProfile(names: ["localhost", "mail.example.com"], addresses: ["127.0.0.1"])
        return try CertificateWorld.get().root.issue(profile, versions: versions).serving {
            $0.resumption = .tickets(key, count: 2)
        }
    }

    /// A difference in whom a client connects to or in what it demands.
    struct Difference: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var host = "localhost"
        /// The kind of the error in a handshake that is not resumed; nil where it comes about.
        var refusal: String?
        /// Whether the difference is in the first session, rather than in the second one.
        var isBefore = false
        let change: @Sendable (inout TLSConfiguration) throws -> Void
    }

    static let differences = [
        Difference(testDescription: "another spelling of the host", host: "127.0.0.1") { _ in },
        Difference(testDescription: "another name") { $0.serverName = "mail.example.com" },
        Difference(testDescription: "other roots", refusal: "certificateUntrusted") {
            $0.roots = .file(try CertificateWorld.get().rsaRoot.path)
        },
        Difference(testDescription: "nothing verified before", isBefore: true) { $0.verification = .insecureNone },
        Difference(testDescription: "nothing verified any more") { $0.verification = .insecureNone },
        Difference(testDescription: "a revocation list", refusal: "revocationUnknown") {
            $0.revocation.lists = [.memory(try CertificateWorld.get().rsaRoot.revocationList().der)]
        },
        Difference(testDescription: "a staple demanded", refusal: "stapleMissing") {
            $0.revocation.stapling = .required
        },
        Difference(testDescription: "a higher minimum") { $0.minimumVersion = .tls13 },
        Difference(testDescription: "a lower maximum") { $0.maximumVersion = .tls12 },
        Difference(testDescription: "application protocols") { $0.applicationProtocols = ["mail"] },
        Difference(testDescription: "a pin", refusal: "certificateNotPinned") {
            $0.pins = [try #require(PublicKeyPin(sha256: [UInt8](repeating: 0, count: 32)))]
        },
        Difference(testDescription: "a client certificate") {
            let certificate = try CertificateWorld.get().root.issueCertificate(.client("fred"))
            $0.identity = .pem(certificates: Array(certificate.pem.utf8), key: Secret(certificate.privateKeyPEM))
        },
        Difference(testDescription: "no resumption") { $0.resumesSessions = false },
    ]

    @Test(
        arguments: ProtocolOverTLS.all,
        [ServerIdentity.Version.tls12, .tls13])
    func `the same server under the same settings is not asked for proof again`(
        way: ProtocolOverTLS, version: ServerIdentity.Version
    ) async throws {
        let loops = try EventLoopGroup(count: 1)
        let script = try way.opening(Self.identity(versions: version...version)) + way.session
        let server = try ScriptedServer.start(within: .seconds(30), scripts: [script, script, script])
        for _ in 0..<3 {
            let failure = await way.run(port: server.port, try Self.transport(loops))
            #expect(failure == nil, "\(failure?.story ?? "")")
        }
        let seen = try await server.finish().map(\.handshake)
        #expect(seen.map { $0?.wasResumed } == [false, true, true])
        #expect(seen.allSatisfy { $0?.offeredEarlyData == false })
        #expect(loops.next.holdings.descriptors == 0)
    }

    @Test(arguments: ProtocolOverTLS.all) func `another port is another server, though it has the key`(
        way: ProtocolOverTLS
    ) async throws {
        let loops = try EventLoopGroup(count: 1)
        let script = try way.opening(Self.identity()) + way.session
        for _ in 0..<2 {
            let server = try ScriptedServer.start(within: .seconds(30), script: script)
            let failure = await way.run(port: server.port, try Self.transport(loops))
            #expect(failure == nil, "\(failure?.story ?? "")")
            let seen = try await server.finish()[0].handshake
            #expect(seen?.offeredSession == false)
            #expect(seen?.wasResumed == false)
        }
    }

    @Test(arguments: ProtocolOverTLS.all, differences) func `other names and other demands ask for proof anew`(
        way: ProtocolOverTLS, difference: Difference
    ) async throws {
        let loops = try EventLoopGroup(count: 1)
        let identity = try Self.identity()
        let script = way.opening(identity) + way.session
        let last = difference.refusal == nil ? script : way.opening(identity) + [.ignoreRest]
        let server = try ScriptedServer.start(within: .seconds(30), scripts: [script, last])
        var changed = try Self.transport(loops)
        try difference.change(&changed.tls)
        let plain = try Self.transport(loops)
        let first = await way.run(port: server.port, difference.isBefore ? changed : plain)
        #expect(first == nil, "\(first?.story ?? "")")
        let second = await way.run(
            host: difference.host, port: server.port, difference.isBefore ? plain : changed)
        #expect(second?.kind == difference.refusal, "\(second?.story ?? "accepted")")
        let seen = await server.conversations().map(\.handshake)
        #expect(seen.map { $0?.offeredSession } == [false, false])
        #expect(seen.map { $0?.wasResumed } == [false, false])
    }
}
