import COpenSSL

/// A certificate of OpenSSL's, kept alive as long as this object; only read.
final class CertificateReference: Sendable {
    private let bits: UInt

    /// Takes the ownership of `certificate`.
    @unsafe init(owning certificate: OpaquePointer) {
        bits = UInt(bitPattern: certificate)
    }

    /// Keeps `certificate` alive beside its other owners.
    @unsafe convenience init(retaining certificate: OpaquePointer) {
        // Holds: the caller vouches for the certificate; the count taken here is given back in deinit.
        unsafe X509_up_ref(certificate)
        unsafe self.init(owning: certificate)
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// The certificate, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }

    /// The certificates of a stack that OpenSSL owns.
    @unsafe static func all(in stack: OpaquePointer?) -> [CertificateReference] {
        // Holds: OpenSSL's stack of certificates lives during the call, and so do its elements.
        (0..<max(unsafe OPENSSL_sk_num(stack), 0)).compactMap { index in
            unsafe OPENSSL_sk_value(stack, index).map { unsafe CertificateReference(retaining: OpaquePointer($0)) }
        }
    }
}
