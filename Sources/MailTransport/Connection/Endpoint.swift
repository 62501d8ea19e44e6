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

    /// A host name, or a literal IPv4 or IPv6 address without brackets.
    public let host: String
    /// The TCP port; nil for the protocol's registered one for `security`.
    public let port: UInt16?
    /// How the connection is secured.
    public let security: Security

    /// A server at `host` and `port`, secured by `security`.
    public init(host: String, port: UInt16? = nil, security: Security) {
        self.host = host
        self.port = port
        self.security = security
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

    /// `host:port`, without the port where it is the protocol's own.
    public var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return (port.map { "\(shown):\($0)" } ?? shown).escapedForDisplay
    }
}
