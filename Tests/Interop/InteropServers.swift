import Glibc
import Mailwire

/// The real servers the interoperability tests talk to, as `Scripts/servers start` described them.
struct InteropServers: Sendable {
    let values: [String: String]

    /// The servers of the environment variable MAILWIRE_INTEROP_ENV; nil where it is not set.
    static let current: InteropServers? = {
        // Holds: the value is copied at once; no test changes the environment.
        guard let path = unsafe getenv("MAILWIRE_INTEROP_ENV") else { return nil }
        return InteropServers(path: unsafe String(cString: path))
    }()

    /// Whether there are servers to talk to.
    static var areThere: Bool { current != nil }

    private init?(path: String) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // Holds: the buffer is as long as is said; such a file is far shorter.
        let count = unsafe read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        var values: [String: String] = [:]
        for line in String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        self.values = values
    }

    private subscript(_ key: String) -> String { values[key] ?? "" }

    /// The mail address and user name of the account; `other` for the second one.
    func user(other: Bool = false) -> String { self[other ? "MAIL_USER2" : "MAIL_USER"] }

    func credential(other: Bool = false) -> Credential {
        .password(user: user(other: other), Secret(self[other ? "MAIL_PASSWORD2" : "MAIL_PASSWORD"]))
    }

    /// What trusts the servers' certificates.
    var transport: TransportConfiguration {
        var configuration = TransportConfiguration()
        configuration.tls.roots = .file(self["CA_FILE"])
        return configuration
    }

    func endpoint(tls: String, startTLS: String, _ security: Endpoint.Security) -> Endpoint {
        let key = security == .tls ? tls : startTLS
        return Endpoint(host: self["HOST"], port: UInt16(self[key]) ?? 0, security: security)
    }

    func smtp(_ security: Endpoint.Security = .tls) -> Endpoint {
        endpoint(tls: "SMTPS_PORT", startTLS: "SMTP_SUBMISSION_PORT", security)
    }

    func imap(_ security: Endpoint.Security = .tls) -> Endpoint {
        endpoint(tls: "IMAPS_PORT", startTLS: "IMAP_PORT", security)
    }

    func pop3(_ security: Endpoint.Security = .tls) -> Endpoint {
        endpoint(tls: "POP3S_PORT", startTLS: "POP3_PORT", security)
    }
}
