public import Octets

/// A proxy to reach servers through.
///
/// Host names are given to the proxy as they are: it resolves them, and nobody else sees them. TLS goes through the proxy to the server, whose name is
/// verified as ever; the way to the proxy itself is not secured. What it is told, user and password included, can be read by whoever is on
/// that way.
public struct Proxy: Sendable, CustomStringConvertible {
    /// A proxy's protocol.
    public enum Kind: Sendable, Hashable {
        /// SOCKS protocol version 5 (RFC 1928), with user and password (RFC 1929) where they are given.
        case socks5
        /// SOCKS 4A: IPv4 addresses and names. The user is the identifier of SOCKS 4; there is no password.
        case socks4a
        /// The CONNECT method of HTTP/1.1 (RFC 9110 §9.3.6), with Basic authentication (RFC 7617) where a user is given.
        case httpConnect
    }

    /// What the proxy speaks.
    public let kind: Kind
    /// The proxy's host name or literal address.
    public let host: String
    /// The proxy's port.
    public let port: UInt16
    /// Who asks; nil for nobody in particular.
    public var user: String?
    /// The user's password; nil for none.
    public var password: Secret?

    /// A proxy at `host` and `port`.
    public init(_ kind: Kind, host: String, port: UInt16, user: String? = nil, password: Secret? = nil) {
        self.kind = kind
        self.host = host
        self.port = port
        self.user = user
        self.password = password
    }

    /// A SOCKS 5 proxy.
    ///
    /// - Parameters:
    ///   - user: at most 255 octets of UTF-8.
    ///   - password: at most 255 octets.
    public static func socks5(
        _ host: String, port: UInt16 = 1080, user: String? = nil, password: Secret? = nil
    ) -> Proxy {
        Proxy(.socks5, host: host, port: port, user: user, password: password)
    }

    /// A SOCKS 4A proxy.
    ///
    /// - Parameter user: the identifier, at most 255 octets of UTF-8.
    public static func socks4a(_ host: String, port: UInt16 = 1080, user: String? = nil) -> Proxy {
        Proxy(.socks4a, host: host, port: port, user: user)
    }

    /// An HTTP proxy, which must allow CONNECT to the server's port.
    ///
    /// - Parameters:
    ///   - user: without a colon or control characters (RFC 7617 §2).
    ///   - password: without control characters.
    public static func http(
        _ host: String, port: UInt16, user: String? = nil, password: Secret? = nil
    ) -> Proxy {
        Proxy(.httpConnect, host: host, port: port, user: user, password: password)
    }

    /// The protocol, host and port, without user and password.
    public var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return "\(kind.name) proxy \(shown):\(port)".escapedForDisplay
    }

    /// The engine that asks the proxy for a connection to `target`.
    ///
    /// - Throws: `TransportError` of kind `.invalidEndpoint` for what cannot be said in the proxy's protocol; nothing was sent.
    func engine(to target: HostName, port: UInt16) throws(TransportError) -> any ProxyEngine {
        guard password == nil || user != nil else { throw unsayable("there is a password, but no user") }
        return switch kind {
        case .socks5: try SOCKS5Engine(self, target, port)
        case .socks4a: try SOCKS4Engine(self, target, port)
        case .httpConnect: try HTTPConnectEngine(self, target, port)
        }
    }

    /// An error of this side's: the proxy's protocol has no way to say this.
    func unsayable(_ what: String) -> TransportError {
        TransportError(.invalidEndpoint, during: "proxy", "\(self): \(what)")
    }

    /// An error of the proxy's.
    func failure(_ kind: TransportError.Kind, _ what: String, code: Int? = nil) -> TransportError {
        TransportError(kind, during: "proxy", "\(self): \(what)", proxyReplyCode: code)
    }
}

extension Proxy.Kind {
    fileprivate var name: String {
        switch self {
        case .socks5: "SOCKS 5"
        case .socks4a: "SOCKS 4A"
        case .httpConnect: "HTTP"
        }
    }
}
