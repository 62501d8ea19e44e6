/// What a TLS handshake agreed on, and what it proved.
public struct TLSInformation: Sendable, Hashable {
    /// Why the server is trusted to be who it should be.
    public enum Trust: Sendable, Hashable {
        /// Its chain leads to a root that is trusted, and its certificate is for the host.
        case root
        /// The same, and this key of its chain is pinned.
        case rootAndPin(PublicKeyPin)
        /// The key of its certificate is pinned; nothing else was looked at.
        case pinnedKeyAlone(PublicKeyPin)
        /// It is not: nothing was verified, as was asked for by name.
        case insecureNone
    }

    /// What the server stapled on revocation (RFC 6066 §8).
    public enum Staple: Sendable, Hashable {
        /// Nothing; or it was not asked.
        case none
        /// Its authority's word that the certificate is good, until then: seconds since 1970, nil where it has no end.
        case good(until: Int64?)
    }

    /// The protocol version, such as `TLSv1.3`.
    public let version: String
    /// The cipher suite by OpenSSL's name, such as `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// The group that keys were agreed on in, such as `x25519`; nil where none was used, or OpenSSL cannot tell.
    public let group: String?
    /// The application protocol that was agreed on (RFC 7301); nil for none.
    public let applicationProtocol: String?
    /// Whether an earlier connection's session was resumed; what that proved holds for this one.
    public let isResumed: Bool
    /// Why the server is trusted.
    public let trust: Trust
    /// The certificates that the server sent, its own first: what it sent in the session's full handshake, where this one resumed it.
    public let peerChain: [PeerCertificate]
    /// The chain that was verified, from the server's certificate to the root; empty where no chain was.
    public let verifiedChain: [PeerCertificate]
    /// What the server stapled.
    public let staple: Staple
    /// Whether the server asked for a client certificate.
    public let clientCertificateRequested: Bool

    /// Whether it was verified that the server is who it should be.
    public var isVerified: Bool { trust != .insecureNone }
    /// The server's own certificate.
    public var certificate: PeerCertificate? { peerChain.first }
}
