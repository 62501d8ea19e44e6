internal import COpenSSL

/// A certificate that a `TestCertificateAuthority` issued, with its private key and the authorities between the two.
public final class TestCertificate: Sendable {
    /// The certificate in PEM.
    public let pem: String
    /// The certificate in DER.
    public let der: [UInt8]
    /// Its private key in PEM (PKCS #8), unencrypted.
    public let privateKeyPEM: String
    /// The authorities above it, the nearest first, without the root.
    public let intermediates: [TestCertificate]

    let certificate: Certificate
    let key: PrivateKey

    init(_ certificate: Certificate, key: PrivateKey, intermediates: [TestCertificate]) throws(TestTLSError) {
        self.certificate = certificate
        self.key = key
        self.intermediates = intermediates
        pem = try certificate.pem()
        der = try certificate.der()
        privateKeyPEM = unsafe try MemoryBIO.text { memory in
            unsafe PEM_write_bio_PrivateKey(memory, key.pointer, nil, nil, 0, nil, nil)
        }
    }

    /// The same certificate, sent with one behind it that has nothing to do with it.
    public func followed(by other: TestCertificate) throws(TestTLSError) -> TestCertificate {
        try TestCertificate(certificate, key: key, intermediates: intermediates + [other])
    }

    /// The certificate and those above it without the root, in PEM, as a file for a server or client has them.
    public var chainPEM: String {
        pem + intermediates.map(\.pem).joined()
    }

    /// The private key in PEM, encrypted with `password` (PKCS #8, AES-256).
    public func encryptedPrivateKeyPEM(password: String) throws(TestTLSError) -> String {
        let octets = password.utf8.map { CChar(bitPattern: $0) }
        // Holds: the password is lent for the call with its length.
        return unsafe try MemoryBIO.text { memory in
            unsafe PEM_write_bio_PKCS8PrivateKey(
                memory, key.pointer, EVP_aes_256_cbc(), octets, Int32(truncatingIfNeeded: octets.count), nil, nil)
        }
    }

    /// Certificate, key and intermediates as PKCS #12 (RFC 7292), encrypted with `password`.
    public func pkcs12(password: String) throws(TestTLSError) -> [UInt8] {
        // Holds: the list does not own the certificates, which live as long as this object; the result is freed here.
        guard let others = unsafe OPENSSL_sk_new_null() else { throw TestTLSError("make PKCS #12") }
        defer { unsafe OPENSSL_sk_free(others) }
        for intermediate in intermediates {
            unsafe OPENSSL_sk_push(others, UnsafeMutableRawPointer(intermediate.certificate.pointer))
        }
        guard
            let made = unsafe PKCS12_create(
                password, "test", key.pointer, certificate.pointer, others, 0, 0, 0, 0, 0)
        else { throw TestTLSError("make PKCS #12") }
        defer { unsafe PKCS12_free(made) }
        return unsafe try MemoryBIO.octets { unsafe i2d_PKCS12_bio($0, made) }
    }

    /// SHA-256 of the key's SubjectPublicKeyInfo, as pins name it (RFC 7469 §2.4).
    public func publicKeySHA256() throws(TestTLSError) -> [UInt8] {
        Self.sha256(try certificate.publicKeyInfo())
    }

    /// SHA-256 of the whole certificate.
    public var sha256: [UInt8] { Self.sha256(der) }

    /// The number by which a folder of trusted certificates names its files, as eight hexadecimal digits.
    public var subjectHash: String {
        // Holds: the certificate lives as long as this object.
        let hash = String(unsafe X509_subject_name_hash(certificate.pointer), radix: 16)
        return String(repeating: "0", count: max(8 - hash.count, 0)) + hash
    }

    private static func sha256(_ octets: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        // Holds: both arrays are as long as is said, during the call.
        _ = unsafe SHA256(octets, octets.count, &digest)
        return digest
    }
}
