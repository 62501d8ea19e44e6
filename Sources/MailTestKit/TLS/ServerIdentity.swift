internal import COpenSSL

/// A certificate with its key, and the TLS settings of a server that has them.
public final class ServerIdentity: Sendable {
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

        fileprivate var number: Int32 {
            switch self {
            case .tls10: TLS1_VERSION
            case .tls11: TLS1_1_VERSION
            case .tls12: TLS1_2_VERSION
            case .tls13: TLS1_3_VERSION
            }
        }
    }

    /// The certificate in PEM.
    public let certificatePEM: String
    /// Its private key in PEM, unencrypted.
    public let privateKeyPEM: String

    /// The bits of an SSL_CTX that is not changed any more; OpenSSL counts and locks what sessions share of it.
    private let bits: UInt

    init(_ certificate: Certificate, key: PrivateKey, versions: ClosedRange<Version>) throws(TestTLSError) {
        certificatePEM = try certificate.pem()
        privateKeyPEM = unsafe try PEM.text { memory in
            unsafe PEM_write_bio_PrivateKey(memory, key.pointer, nil, nil, 0, nil, nil)
        }
        // Holds: the context is freed in deinit alone and counts its own references to certificate and key.
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { throw TestTLSError("set TLS up") }
        bits = UInt(bitPattern: context)
        unsafe mailwire_SSL_CTX_set_min_proto_version(context, versions.lowerBound.number)
        unsafe mailwire_SSL_CTX_set_max_proto_version(context, versions.upperBound.number)
        unsafe mailwire_SSL_CTX_set_mode(
            context, Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // Old versions need old algorithms.
        if versions.lowerBound < .tls12 { unsafe SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0") }
        guard unsafe SSL_CTX_use_certificate(context, certificate.pointer) == 1,
            unsafe SSL_CTX_use_PrivateKey(context, key.pointer) == 1,
            // Tickets would be written where a script says nothing of it.
            unsafe SSL_CTX_set_num_tickets(context, 0) == 1
        else { throw TestTLSError("set TLS up") }
    }

    deinit {
        unsafe SSL_CTX_free(OpaquePointer(bitPattern: bits))
    }

    /// A new session on the server's side, owned by the caller; nil where OpenSSL has no memory.
    @unsafe func makeSession() -> OpaquePointer? {
        // Holds: the context is alive, and the session keeps what it needs alive by a count of its own.
        unsafe SSL_new(OpaquePointer(bitPattern: bits))
    }
}

extension ServerIdentity.Version: Comparable {
    /// Whether `left` is older.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
