import COpenSSL
import Octets

extension ClientIdentity {
    /// A certificate, those above it and the key, out of what an identity names.
    private struct Material {
        let certificates: [CertificateReference]
        /// Owned by whoever has the material.
        let key: PrivateKeyReference
    }

    /// Reads certificate and key and has `context` use them; gives the stamps of the files. Blocks.
    @unsafe func install(in context: OpaquePointer) throws(TransportError) -> [FileStamp] {
        var stamps: [FileStamp] = []
        func read(_ path: String) throws(TransportError) -> [UInt8] {
            let (octets, stamp) = try SettingsFile.read(path, or: .clientIdentityUnreadable, limit: 1 << 20)
            stamps.append(stamp)
            return octets
        }
        let material: Material
        switch source {
        case .pemFiles(let certificates, let key):
            material = try pem(try read(certificates), key: Secret(octets: try read(key)))
        case .pem(let certificates, let key):
            material = try pem(certificates.octets, key: key)
        case .pkcs12File(let path):
            material = try pkcs12(try read(path))
        case .pkcs12(let given):
            material = try pkcs12(given.octets)
        }
        unsafe try use(material, in: context)
        return stamps
    }

    @unsafe private func use(_ material: Material, in context: OpaquePointer) throws(TransportError) {
        ERR_clear_error()
        guard let own = material.certificates.first else { throw unreadable("there is no certificate") }
        guard unsafe X509_check_private_key(own.pointer, material.key.pointer) == 1 else {
            ERR_clear_error()
            throw unreadable("the key is not the certificate's")
        }
        // Holds: the stack does not own the certificates; the context counts what it uses.
        guard let others = unsafe OPENSSL_sk_new_null() else { throw unreadable(OpenSSLErrors.takeText()) }
        defer { unsafe OPENSSL_sk_free(others) }
        for certificate in material.certificates.dropFirst() {
            unsafe OPENSSL_sk_push(others, UnsafeMutableRawPointer(certificate.pointer))
        }
        guard unsafe SSL_CTX_use_cert_and_key(context, own.pointer, material.key.pointer, others, 1) == 1 else {
            throw unreadable(OpenSSLErrors.takeText())
        }
    }

    // MARK: PEM

    private func pem(_ certificates: [UInt8], key: Secret) throws(TransportError) -> Material {
        guard let found = CertificateReader.certificates(in: certificates) else {
            throw unreadable("no certificate in PEM could be read")
        }
        ERR_clear_error()
        let asking = PasswordRequest(password)
        let made: PrivateKeyReference?? = key.withOctets { octets in
            unsafe OpenSSLOctets.withReader(octets) { reader in
                // Holds: the request lives until the call returns, and is what the callback is given.
                unsafe PEM_read_bio_PrivateKey(
                    reader, nil, { unsafe PasswordRequest.answer($0, size: $1, to: $3) },
                    Unmanaged.passUnretained(asking).toOpaque()
                ).map { unsafe PrivateKeyReference(owning: $0) }
            }
        }
        guard let key = made ?? nil else {
            let text = OpenSSLErrors.takeText()
            guard asking.wasAsked else { throw unreadable("no private key could be read: \(text)") }
            throw wrongPassword(password == nil ? "it is encrypted, and no password is given" : "the password is wrong")
        }
        return Material(certificates: found, key: key)
    }

    // MARK: PKCS #12

    private func pkcs12(_ octets: [UInt8]) throws(TransportError) -> Material {
        ERR_clear_error()
        // Holds: the container is freed here; OpenSSL reads no further than the octets go.
        let made: OpaquePointer? = unsafe octets.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe d2i_PKCS12(nil, &cursor, buffer.count)
        }
        guard let container = unsafe made else {
            throw unreadable("it is not PKCS #12: \(OpenSSLErrors.takeText())")
        }
        defer { unsafe PKCS12_free(container) }
        var key: OpaquePointer?
        var own: OpaquePointer?
        var others: OpaquePointer?
        // Holds: the password is NUL-terminated for the call, and overwritten behind it.
        let code = unsafe PasswordRequest.withText(of: password) { text in
            unsafe PKCS12_parse(container, text, &key, &own, &others)
        }
        let keyReference = unsafe key.map { unsafe PrivateKeyReference(owning: $0) }
        var certificates = unsafe own.map { [unsafe CertificateReference(owning: $0)] } ?? []
        certificates += unsafe CertificateReference.all(in: others)
        unsafe OPENSSL_sk_pop_free(others) { certificate in unsafe X509_free(certificate.map { OpaquePointer($0) }) }
        guard code == 1 else {
            let isPassword = OpenSSLErrors.lastReason(of: ERR_LIB_PKCS12) == PKCS12_R_MAC_VERIFY_FAILURE
            let text = OpenSSLErrors.takeText()
            if isPassword { throw wrongPassword("the password is wrong") }
            throw unreadable("PKCS #12 could not be opened: \(text)")
        }
        guard let keyReference else { throw unreadable("there is no private key in the PKCS #12") }
        return Material(certificates: certificates, key: keyReference)
    }

    // MARK: Errors

    private func unreadable(_ words: String) -> TransportError {
        TransportError(.clientIdentityUnreadable, during: "TLS set-up", "the client identity (\(self)): \(words)")
    }

    private func wrongPassword(_ words: String) -> TransportError {
        TransportError(.clientKeyPasswordWrong, during: "TLS set-up", "the client identity (\(self)): \(words)")
    }
}
