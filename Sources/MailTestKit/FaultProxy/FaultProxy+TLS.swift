extension FaultProxy {
    /// How a proxy treats TLS.
    public enum TLS: Sendable {
        /// As octets like any others, which it cannot read: cuts and pieces fall anywhere within records and handshakes.
        /// STARTTLS goes through too.
        case blind
        /// The proxy handshakes with the client as this identity, and speaks with the server as is said: octets are counted,
        /// split and cut inside TLS, where each piece is a record. Faults begin when both handshakes are done.
        case terminating(ServerIdentity, server: ServerSecurity)
    }

    /// How a proxy that terminates TLS speaks with the server.
    public enum ServerSecurity: Sendable {
        /// Without TLS.
        case plaintext
        /// Through TLS, with a server that proves its name.
        ///
        /// - Parameters:
        ///   - trust: whose certificates are accepted.
        ///   - name: the host name or address that the certificate has to be for; nil for the host that the proxy connects to.
        case tls(ServerTrust, name: String? = nil)
    }

    /// Whose certificates a proxy accepts from the server.
    public enum ServerTrust: Sendable {
        /// What the system trusts.
        case systemRoots
        /// These certificates, in PEM, and what they signed; the server's own one will do.
        case certificates(pem: String)
    }
}
