internal import COpenSSL
internal import Synchronization

/// A private key, freed with its last owner. Only used, never changed, after it was made.
final class PrivateKey: Sendable {
    /// What a key is for, so that keys that are used again never make an authority share one with what it signs.
    enum Role: Hashable {
        case authority
        case leaf
    }

    private struct Recipe: Hashable {
        let algorithm: KeyAlgorithm
        let role: Role
    }

    private static let slow = Mutex<[Recipe: PrivateKey]>([:])

    /// Whether signatures of this key have a digest of their own.
    let hasOwnDigest: Bool
    private let bits: UInt

    /// A key for `role`: a new one, but for RSA the process's one of that size and role.
    static func make(_ algorithm: KeyAlgorithm, for role: Role) throws(TestTLSError) -> PrivateKey {
        guard case .rsa = algorithm else { return try PrivateKey(algorithm) }
        let recipe = Recipe(algorithm: algorithm, role: role)
        if let known = slow.withLock({ $0[recipe] }) { return known }
        let made = try PrivateKey(algorithm)
        return slow.withLock { keys in
            // Whoever came first is kept, so that all have the same one.
            let kept = keys[recipe] ?? made
            keys[recipe] = kept
            return kept
        }
    }

    /// A new key.
    private init(_ algorithm: KeyAlgorithm) throws(TestTLSError) {
        let name =
            switch algorithm {
            case .p256, .p384: "EC"
            case .ed25519: "ED25519"
            case .rsa: "RSA"
            }
        // Holds: the context is freed here; the key that generation gives is owned by this object.
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, name, nil) else {
            throw TestTLSError("make a key")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var code = unsafe EVP_PKEY_keygen_init(context)
        if code == 1 {
            switch algorithm {
            case .p256: code = unsafe EVP_PKEY_CTX_set_group_name(context, "P-256")
            case .p384: code = unsafe EVP_PKEY_CTX_set_group_name(context, "P-384")
            case .ed25519: break
            case .rsa(let bits):
                code = unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(truncatingIfNeeded: bits))
            }
        }
        var key: OpaquePointer?
        guard code == 1, unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key else {
            throw TestTLSError("make a key")
        }
        hasOwnDigest = algorithm == .ed25519
        bits = UInt(bitPattern: key)
    }

    /// A key that was made elsewhere, unencrypted.
    init(pem: String) throws(TestTLSError) {
        let octets = Array(pem.utf8)
        // Holds: the octets are lent until the BIO is freed; the key is owned by this object. With a password of no octets
        // nobody is asked for one.
        let key = unsafe octets.withUnsafeBytes { bytes in
            let memory = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(truncatingIfNeeded: bytes.count))
            defer { unsafe BIO_free(memory) }
            return unsafe PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in 0 }, nil)
        }
        guard let key = unsafe key else { throw TestTLSError("read a private key in PEM") }
        hasOwnDigest = unsafe EVP_PKEY_is_a(key, "ED25519") == 1
        bits = UInt(bitPattern: key)
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// The key, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }
}
