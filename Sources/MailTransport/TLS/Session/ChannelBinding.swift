/// What ties an authentication to the TLS connection that it runs over, so that it cannot be passed on over another one
/// (RFC 5056, RFC 5929, RFC 9266).
public struct ChannelBinding: Sendable, Hashable {
    /// A type of channel binding, by its name in IANA's registry.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Keying material of the connection (RFC 9266): for TLS 1.3, and for TLS 1.2 with the extended master secret (RFC 7627).
        case tlsExporter = "tls-exporter"
        /// The first Finished message of the handshake (RFC 5929 §3): up to TLS 1.2. A session that was resumed has one only with the
        /// extended master secret, since without it somebody in between can have the same on both sides (RFC 7627 §1).
        case tlsUnique = "tls-unique"
        /// A hash of the server's certificate (RFC 5929 §4). Undefined where the certificate is signed without one hash, as with Ed25519.
        case tlsServerEndPoint = "tls-server-end-point"
    }

    /// The type.
    public let kind: Kind
    /// The data, not secret, but only for channel binding.
    public let octets: [UInt8]
}
