/// What is demanded of a TLS connection. The defaults are what a mail client should want (RFC 8314 §5).
public struct TLSConfiguration: Sendable, Hashable {
    /// The certificates that a server's chain may end in.
    public enum Roots: Sendable, Hashable {
        /// The system's trust store, where OpenSSL finds it.
        case system
        /// The PEM certificates in a file, and no others.
        case file(String)
    }

    /// A version of TLS.
    public enum Version: Sendable, Hashable {
        /// TLS 1.2 (RFC 5246).
        case tls12
        /// TLS 1.3 (RFC 8446).
        case tls13
    }

    /// How the server is verified.
    public enum Verification: Sendable, Hashable {
        /// Its chain must lead to one of the roots and its certificate must be for the host asked for (RFC 9525).
        case full
        /// Nothing is checked: anybody on the way can be the server.
        case insecureNone
    }

    /// The certificates to trust; the system's by default.
    public var roots: Roots = .system
    /// The lowest version that is accepted; 1.2 by default (RFC 8996).
    public var minimumVersion: Version = .tls12
    /// How the server is verified; fully by default.
    public var verification: Verification = .full
    /// The name that is asked for and verified instead of the endpoint's host; nil for that host.
    public var serverName: String?

    /// The defaults.
    public init() {}
}
