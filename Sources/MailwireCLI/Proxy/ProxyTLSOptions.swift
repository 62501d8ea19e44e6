import ArgumentParser
import MailTestKit

/// How the proxy treats TLS.
struct ProxyTLSOptions: ParsableArguments {
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case blind
        case terminate
    }

    @Option(
        help: ArgumentHelp(
            """
            blind forwards TLS without looking inside, so that faults fall anywhere within it. terminate handshakes with the client by \
            --certificate and --key and with the server as a client, so that octets are counted, split and cut inside TLS.
            """, valueName: "mode"))
    var tls = Mode.blind

    @Option(help: ArgumentHelp("The certificate for clients, in PEM, with those above it.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("Its private key, in PEM, unencrypted.", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Accept the server's certificate if it is one of these, or signed by one, in place of the system's roots.",
            valueName: "file"))
    var acceptCertificate: String?

    @Option(help: ArgumentHelp("The name in the server's certificate, where it is not the host.", valueName: "name"))
    var serverName: String?

    @Flag(help: "Speak with the server without TLS.")
    var plaintextServer = false

    func validate() throws {
        let others = [certificate, key, acceptCertificate, serverName]
        switch tls {
        case .blind:
            if plaintextServer || others.contains(where: { $0 != nil }) {
                throw ValidationError(
                    """
                    --certificate, --key, --accept-certificate, --server-name and --plaintext-server go with --tls terminate.
                    """)
            }
        case .terminate:
            guard certificate != nil, key != nil else {
                throw ValidationError("--tls terminate needs --certificate and --key for the client's side.")
            }
            if plaintextServer, acceptCertificate != nil || serverName != nil {
                throw ValidationError("A server that is spoken to in plaintext has no certificate and proves no name.")
            }
        }
    }

    /// Reads the files.
    func make() throws -> FaultProxy.TLS {
        guard tls == .terminate, let certificate, let key else { return .blind }
        let chain = String(decoding: try WholeFile.read(certificate), as: UTF8.self)
        let keyText = String(decoding: try WholeFile.read(key), as: UTF8.self)
        let identity: ServerIdentity
        do {
            identity = try ServerIdentity(TestCertificate(chainPEM: chain, privateKeyPEM: keyText))
        } catch {
            throw ValidationError("\(certificate), \(key): \(error)")
        }
        guard !plaintextServer else { return .terminating(identity, server: .plaintext) }
        let trust = try acceptCertificate.map { path in
            FaultProxy.ServerTrust.certificates(pem: String(decoding: try WholeFile.read(path), as: UTF8.self))
        }
        return .terminating(identity, server: .tls(trust ?? .systemRoots, name: serverName))
    }
}
