/// What is demanded of a TLS connection. The defaults are what a mail client should want (RFC 8314 §5, RFC 9325).
///
/// Two connections share what was prepared, and may resume each other's sessions, where their configurations are equal.
public struct TLSConfiguration: Sendable, Hashable {
    /// A version of TLS.
    public enum Version: Sendable, Hashable {
        /// TLS 1.2 (RFC 5246).
        case tls12
        /// TLS 1.3 (RFC 8446).
        case tls13
    }

    /// How the server is verified.
    public enum Verification: Sendable, Hashable {
        /// Its chain must lead to one of the roots and its certificate must be for the host asked for (RFC 9525). Where there are
        /// `pins`, one of the keys in that chain must be pinned as well.
        case full
        /// The key of its own certificate must be one of the `pins`. Nothing else of the certificate counts, neither issuer nor names
        /// nor dates: for servers whose key the caller knows (as RFC 7671 §5.1 has it for DANE-EE).
        case pinnedKeyAlone
        /// Nothing is checked: anybody on the way can be the server.
        case insecureNone
    }

    /// The certificates to trust; the system's by default.
    public var roots = TrustedRoots.system
    /// How the server is verified; fully by default.
    public var verification = Verification.full
    /// The name that is asked for and verified instead of the endpoint's host; nil for that host.
    public var serverName: String?
    /// The public keys of which one must be in the server's verified chain; empty, as by default, for any.
    public var pins: Set<PublicKeyPin> = []
    /// How it is found out whether a certificate was revoked.
    public var revocation = RevocationPolicy()
    /// The certificate to show where the server asks for one; none by default.
    public var identity: ClientIdentity?

    /// The lowest version that is accepted; 1.2 by default (RFC 8996).
    public var minimumVersion = Version.tls12
    /// The highest version that is offered; 1.3 by default.
    public var maximumVersion = Version.tls13
    /// The algorithms that may be used.
    public var algorithms = TLSAlgorithms()
    /// The application protocols to offer, the best first (RFC 7301), such as `imap`; where empty, as by default, nothing is said of
    /// them.
    public var applicationProtocols: [String] = []

    /// Whether a later connection to the same host and port may resume an earlier one's session, which spares both sides the public-key
    /// cryptography; true by default.
    ///
    /// At most 4 sessions of 256 servers are kept a configuration, in memory, for a day at most and no longer than the server's
    /// certificates and staple are valid. Those of TLS 1.3 are used once. Early data (0-RTT) is never sent.
    public var resumesSessions = true

    /// Limits of what a server may send.
    public var limits = TLSLimits()

    /// A file to which the keys of every connection are added in the form of NSS's key log, for tools that decrypt captures; nil, as by
    /// default, for none. Whoever reads the file can read all that was sent and received.
    public var insecureKeyLogFile: String?

    /// The defaults.
    public init() {}
}
