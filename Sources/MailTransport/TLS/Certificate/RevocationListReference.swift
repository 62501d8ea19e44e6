import COpenSSL

/// A revocation list of OpenSSL's, kept alive as long as this object.
final class RevocationListReference: Sendable {
    private let bits: UInt

    /// Takes the ownership of `list`.
    @unsafe init(owning list: OpaquePointer) {
        bits = UInt(bitPattern: list)
    }

    deinit {
        unsafe X509_CRL_free(pointer)
    }

    /// The list, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }
}
