internal import COpenSSL

extension TestCertificate {
    /// A certificate that was made elsewhere, with its key.
    ///
    /// - Parameters:
    ///   - chain: the certificate in PEM, then those above it, without the root.
    ///   - key: its private key in PEM, unencrypted.
    /// - Throws: what is no PEM, or a key that is another certificate's.
    public convenience init(chainPEM chain: String, privateKeyPEM key: String) throws(TestTLSError) {
        let certificates = try Certificate.all(inPEM: chain)
        let key = try PrivateKey(pem: key)
        // Holds: both live as long as their objects.
        guard unsafe X509_check_private_key(certificates[0].pointer, key.pointer) == 1 else {
            throw TestTLSError("use the key with the certificate")
        }
        var above: [TestCertificate] = []
        for certificate in certificates.dropFirst() {
            // Nobody signs with it; the key is there because each certificate has one.
            above.append(try TestCertificate(certificate, key: key, intermediates: []))
        }
        try self.init(certificates[0], key: key, intermediates: above)
    }
}

extension Certificate {
    /// The certificates in `pem`, at least one.
    static func all(inPEM pem: String) throws(TestTLSError) -> [Certificate] {
        let octets = Array(pem.utf8)
        var found: [Certificate] = []
        ERR_clear_error()
        // Holds: the octets are lent until the BIO is freed; each certificate is owned by what is made of it.
        unsafe octets.withUnsafeBytes { bytes in
            let memory = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(truncatingIfNeeded: bytes.count))
            defer { unsafe BIO_free(memory) }
            while let certificate = unsafe PEM_read_bio_X509(memory, nil, nil, nil) {
                found.append(unsafe Certificate(taking: certificate))
            }
        }
        // Behind the last one there is no start of another.
        let reason = Int32(truncatingIfNeeded: ERR_peek_last_error() & 0x7F_FFFF)
        guard !found.isEmpty, reason == PEM_R_NO_START_LINE else { throw TestTLSError("read certificates in PEM") }
        ERR_clear_error()
        return found
    }
}
