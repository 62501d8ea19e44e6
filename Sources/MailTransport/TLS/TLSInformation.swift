/// What a TLS handshake agreed on.
public struct TLSInformation: Sendable, Hashable {
    /// The protocol version, such as `TLSv1.3`.
    public let version: String
    /// The cipher suite by OpenSSL's name, such as `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// Whether the server's certificate was verified.
    public let isVerified: Bool
}
