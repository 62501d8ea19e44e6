/// What a server for tests saw of a client's TLS handshake, whether it came about or not.
public struct ServerHandshake: Sendable, Hashable {
    /// The server name the client asked for (RFC 6066 §3); nil where it named none.
    public internal(set) var serverName: String?
    /// The application protocols the client offered (RFC 7301); empty where it did not speak of it.
    public internal(set) var offeredProtocols: [String] = []
    /// The numbers of all extensions the client sent.
    public internal(set) var extensions: [Int] = []
    /// Whether the client offered to resume a session: a ticket, a session's identifier or a key agreed on before.
    public internal(set) var offeredSession = false
    /// Whether the client offered to compress what it sends (RFC 3749).
    public internal(set) var offersCompression = false
    /// The alerts the client sent, by number, at any time (RFC 8446 §6); 0 is close_notify.
    public internal(set) var alerts: [Int] = []

    /// Whether the handshake came about. What stands below is only known then.
    public internal(set) var isComplete = false
    /// The version that was agreed on, such as `TLSv1.3`.
    public internal(set) var version: String?
    /// The cipher suite by OpenSSL's name.
    public internal(set) var cipher: String?
    /// The application protocol that was selected.
    public internal(set) var selectedProtocol: String?
    /// Whether a session was resumed.
    public internal(set) var wasResumed = false
    /// The client's certificate in PEM; nil where it showed none.
    public internal(set) var clientCertificatePEM: String?
    /// The channel binding `tls-exporter` as the server has it (RFC 9266 §2).
    public internal(set) var exporter: [UInt8] = []
    /// The channel binding `tls-unique` as the server has it (RFC 5929 §3).
    public internal(set) var firstFinished: [UInt8] = []
    /// What came of asking the client to negotiate anew; nil where it was not asked.
    public internal(set) var renegotiation: Renegotiation?

    /// What a client made of being asked to negotiate anew.
    public enum Renegotiation: Sendable, Hashable {
        /// It did.
        case done
        /// It refused with an alert.
        case refused
        /// It closed the connection.
        case closed
        /// It did nothing in time.
        case ignored
    }

    /// Whether the client wants to know by a stapled OCSP response whether the certificate is revoked (RFC 6066 §8).
    public var asksForStaple: Bool { extensions.contains(5) }
    /// Whether the client sent data before the handshake was over (RFC 8446 §4.2.10).
    public var offeredEarlyData: Bool { extensions.contains(42) }
}
