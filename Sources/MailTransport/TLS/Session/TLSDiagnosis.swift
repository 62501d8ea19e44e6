/// What TLS found wrong, beside the words: part of a `TransportError`.
public struct TLSDiagnosis: Sendable, Hashable {
    /// The alert that the server sent; nil where it was this side that refused.
    public internal(set) var alert: TLSAlert?
    /// The certificate that was refused.
    public internal(set) var certificate: PeerCertificate?
    /// Where that certificate stands: 0 for the server's own, 1 for its issuer, and so on.
    public internal(set) var certificateDepth: Int?
    /// The names the server's certificate is for, where none was the one asked for; at most 100.
    public internal(set) var certificateNames: [String] = []
    /// The pins of the keys that were seen, where none was pinned; the server's own first.
    public internal(set) var publicKeyPins: [PublicKeyPin] = []
}
