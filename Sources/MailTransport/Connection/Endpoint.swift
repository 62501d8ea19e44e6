import Octets

/// A server to connect to, and how the connection is secured.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// How the connection is secured.
    public enum Security: Sendable, Hashable {
        /// TLS from the first octet (RFC 8314 §3).
        case tls
        /// Plaintext until STARTTLS or STLS; nothing else but asking for capabilities is done before, and a server that does
        /// not upgrade is an error.
        case startTLS
        /// No TLS at all: whoever is on the way can read and change everything.
        case plaintext
    }

    /// A host name, or a literal IPv4 or IPv6 address without brackets, with a scope where it is link-local (`fe80::1%eth0`). For a Unix-domain
    /// socket, the name that TLS asks for and verifies; empty for none.
    public let host: String
    /// The TCP port; nil for the protocol's registered one for `security`, and for a Unix-domain socket.
    public let port: UInt16?
    /// The Unix-domain socket that is connected to instead of a host; nil for none.
    public let unixSocket: UnixSocketName?
    /// How the connection is secured.
    public let security: Security
    /// The names of which the server's certificate must have one; nil, the default, for its host's. `TLSConfiguration.serverName` counts
    /// before them.
    public var referenceNames: ReferenceNames?

    /// A server at `host` and `port`, secured by `security`.
    public init(host: String, port: UInt16? = nil, security: Security) {
        self.host = host
        self.port = port
        self.security = security
        unixSocket = nil
    }

    private init(_ name: UnixSocketName, _ security: Security, serverName: String) {
        host = serverName
        port = nil
        self.security = security
        unixSocket = name
    }

    /// A server that speaks TLS from the first octet: the default choice.
    public static func tls(_ host: String, port: UInt16? = nil) -> Endpoint {
        Endpoint(host: host, port: port, security: .tls)
    }

    /// A server that is asked to upgrade to TLS, and must.
    public static func startTLS(_ host: String, port: UInt16? = nil) -> Endpoint {
        Endpoint(host: host, port: port, security: .startTLS)
    }

    /// A server spoken to without TLS.
    public static func plaintext(_ host: String, port: UInt16? = nil) -> Endpoint {
        Endpoint(host: host, port: port, security: .plaintext)
    }

    /// A server at a Unix-domain socket. Nobody but this machine is on the way, so that it is spoken to without TLS unless that is asked for.
    ///
    /// - Parameters:
    ///   - name: its path or abstract name.
    ///   - serverName: the name that TLS asks for and verifies; there must be one for TLS, here or in `TLSConfiguration`.
    public static func unix(
        _ name: UnixSocketName, security: Security = .plaintext, serverName: String = ""
    ) -> Endpoint {
        Endpoint(name, security, serverName: serverName)
    }

    /// `host:port`, without the port where it is the protocol's own; the name of a Unix-domain socket.
    public var description: String {
        if let unixSocket { return unixSocket.description }
        let shown = host.contains(":") ? "[\(host)]" : host
        return (port.map { "\(shown):\($0)" } ?? shown).escapedForDisplay
    }
}
