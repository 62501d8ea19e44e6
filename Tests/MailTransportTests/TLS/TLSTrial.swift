import MailTestKit
import MailTransport

/// A server for one or more connections, and clients that are told what to demand of it.
struct TLSTrial: Sendable {
    /// What came of one client's connection.
    struct Outcome: Sendable {
        /// Why it failed; nil where the server's line arrived.
        var error: TransportError?
        /// What TLS agreed on; nil where it failed.
        var information: TLSInformation?
        /// The channel bindings that are defined for it.
        var bindings: [ChannelBinding] = []

        var kind: TransportError.Kind? { error?.kind }
    }

    let server: ScriptedServer
    /// What clients demand, before a test changes it.
    var tls = TLSConfiguration()

    /// A server with `identity`; clients trust `authority`.
    init(
        _ identity: ServerIdentity, trusting authority: TestCertificateAuthority, connections: Int = 1,
        script: [ScriptStep] = [.send("hello\r\n"), .ignoreRest]
    ) throws {
        server = try ScriptedServer.start(
            tls: identity, within: .seconds(30), scripts: Array(repeating: script, count: connections))
        tls.roots = .memory(Array(authority.pem.utf8))
    }

    /// Connects, waits for the server's line and closes.
    func connect(
        to host: String = "localhost", _ change: (inout TLSConfiguration) throws -> Void = { _ in }
    ) async throws -> Outcome {
        var transport = TransportConfiguration()
        transport.tls = tls
        try change(&transport.tls)
        var outcome = Outcome()
        do throws(TransportError) {
            let connection = try await Connection.connect(to: .tls(host, port: server.port), configuration: transport)
            outcome.information = await connection.tlsInformation
            for kind in ChannelBinding.Kind.allCases {
                if let binding = await connection.channelBinding(kind) { outcome.bindings.append(binding) }
            }
            do throws(TransportError) {
                _ = try await connection.receiveLine(within: .seconds(30))
            } catch {
                outcome.error = error
            }
            await connection.close()
        } catch {
            outcome.error = error
        }
        return outcome
    }

    /// What the server saw of each connection, once all are over.
    func seen() async -> [ScriptedConversation] { await server.conversations() }

    /// What the server saw of the first handshake.
    func firstHandshake() async -> ServerHandshake? { await seen().first?.handshake }

    /// One connection to a server with `identity`.
    static func run(
        _ identity: ServerIdentity, trusting authority: TestCertificateAuthority, host: String = "localhost",
        _ change: (inout TLSConfiguration) throws -> Void = { _ in }
    ) async throws -> (outcome: Outcome, handshake: ServerHandshake?) {
        let trial = try TLSTrial(identity, trusting: authority)
        let outcome = try await trial.connect(to: host, change)
        return (outcome, await trial.firstHandshake())
    }
}
