internal import COpenSSL

/// A P-256 key, freed with its last owner. Only used, never changed, after it was made.
final class PrivateKey: Sendable {
    private let bits: UInt

    /// A new key.
    init() throws(TestTLSError) {
        // Holds: the context is freed here; the key that generation gives is owned by this object.
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else {
            throw TestTLSError("make a key")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw TestTLSError("make a key") }
        bits = UInt(bitPattern: key)
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// The key, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }
}
