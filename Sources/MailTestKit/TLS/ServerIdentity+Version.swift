internal import COpenSSL

extension ServerIdentity {
    /// A version of TLS, the forbidden ones of RFC 8996 included.
    public enum Version: Sendable, Hashable {
        /// TLS 1.0.
        case tls10
        /// TLS 1.1.
        case tls11
        /// TLS 1.2.
        case tls12
        /// TLS 1.3.
        case tls13

        var number: Int32 {
            switch self {
            case .tls10: TLS1_VERSION
            case .tls11: TLS1_1_VERSION
            case .tls12: TLS1_2_VERSION
            case .tls13: TLS1_3_VERSION
            }
        }
    }
}

extension ServerIdentity.Version: Comparable {
    /// Whether `left` is older.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
