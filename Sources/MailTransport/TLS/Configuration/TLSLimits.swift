/// Limits of what a server may send in a TLS handshake. Beyond one, the handshake fails with a typed error.
public struct TLSLimits: Sendable, Hashable {
    /// The octets of all certificates that a server may show; 100 KiB by default.
    public var certificateOctets = 100 * 1024
    /// How many authorities may stand between the server's certificate and the root; 8 by default.
    public var intermediates = 8

    /// The defaults.
    public init() {}
}
