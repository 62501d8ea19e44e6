import COpenSSL

/// A private key of OpenSSL's, freed with its last owner.
final class PrivateKeyReference: Sendable {
    private let bits: UInt

    /// Takes the ownership of `key`.
    @unsafe init(owning key: OpaquePointer) {
        bits = UInt(bitPattern: key)
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// The key, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }
}
