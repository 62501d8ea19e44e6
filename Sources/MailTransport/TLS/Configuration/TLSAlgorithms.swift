/// Which algorithms TLS may use. What is not set is chosen well; a name that OpenSSL does not know, or does not take at this
/// strength, is a typed error (`.tlsSettingsInvalid`), not left out.
public struct TLSAlgorithms: Sendable, Hashable {
    /// What breaking the weakest part of a connection must cost at least, in bits; the certificates' keys and digests count too.
    public enum Strength: Sendable, Hashable {
        /// 112: RSA keys of 2048 bits, no SHA-1, no MD5.
        case bits112
        /// 128: RSA keys of 3072 bits, curves of 256 bits.
        case bits128
        /// 192: RSA keys of 7680 bits, curves of 384 bits.
        case bits192

        /// OpenSSL's security level.
        var level: Int32 {
            switch self {
            case .bits112: 2
            case .bits128: 3
            case .bits192: 4
            }
        }
    }

    /// The cipher suites of TLS 1.3, the best first, such as `TLS_AES_128_GCM_SHA256`; nil for all of them.
    public var cipherSuites: [String]?
    /// The cipher suites of TLS 1.2, the best first, by OpenSSL's names or the RFCs', such as `ECDHE-RSA-AES128-GCM-SHA256`; nil for
    /// those with forward secrecy (RFC 9325 §4.1), AEAD ones first.
    public var cipherSuitesOfTLS12: [String]?
    /// The groups for key exchange, the best first, such as `X25519` or `P-256`; nil for OpenSSL's choice.
    public var groups: [String]?
    /// What breaking it must cost at least; 112 bits by default.
    public var strength = Strength.bits112

    /// The defaults.
    public init() {}

    /// Forward secrecy, with AEAD first; the others are for servers that know no better.
    static let defaultSuitesOfTLS12 =
        "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AESCCM:DHE+AESGCM:DHE+CHACHA20:DHE+AESCCM:ECDHE+AES:DHE+AES:!aNULL:!eNULL:!PSK:!SRP"
}
