internal import COpenSSL

/// An X.509 certificate, freed with its last owner. Only used, never changed, after it was made.
final class Certificate: Sendable {
    private let bits: UInt

    /// A certificate of `key`, signed by `issuer`; by itself where there is none.
    ///
    /// - Parameter isAuthority: whether it may sign others.
    init(
        _ profile: CertificateProfile, key: PrivateKey, issuer: (certificate: Certificate, key: PrivateKey)?,
        isAuthority: Bool
    ) throws(TestTLSError) {
        // Holds: the certificate is owned by this object; everything that is set is copied by OpenSSL.
        guard let certificate = unsafe X509_new() else { throw TestTLSError("make a certificate") }
        bits = UInt(bitPattern: certificate)
        let serial = Int(UInt64.random(in: 1...UInt64(Int64.max)))
        guard unsafe X509_set_version(certificate, 2) == 1,
            unsafe ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), Int64(serial)) == 1,
            unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), Int(profile.validFrom.components.seconds)) != nil,
            unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), Int(profile.validUntil.components.seconds)) != nil,
            unsafe X509_NAME_add_entry_by_txt(
                X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, profile.commonName, -1, -1, 0) == 1,
            unsafe X509_set_pubkey(certificate, key.pointer) == 1
        else { throw TestTLSError("make a certificate") }
        let signer = unsafe issuer?.certificate.pointer ?? certificate
        guard unsafe X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1 else {
            throw TestTLSError("name the issuer")
        }
        unsafe try add(NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE", signer)
        unsafe try add(
            NID_key_usage, isAuthority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature", signer)
        unsafe try add(NID_subject_key_identifier, "hash", signer)
        unsafe try add(NID_authority_key_identifier, "keyid", signer)
        if !isAuthority { unsafe try add(NID_ext_key_usage, "serverAuth", signer) }
        let names = profile.names.map { "DNS:\($0)" } + profile.addresses.map { "IP:\($0)" }
        if !names.isEmpty { unsafe try add(NID_subject_alt_name, names.joined(separator: ","), signer) }
        guard unsafe X509_sign(certificate, (issuer?.key ?? key).pointer, EVP_sha256()) > 0 else {
            throw TestTLSError("sign a certificate")
        }
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// The certificate, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }

    /// Adds an extension, written as OpenSSL's configuration files write it.
    private func add(_ kind: Int32, _ value: String, _ signer: OpaquePointer?) throws(TestTLSError) {
        var context = unsafe X509V3_CTX()
        // Holds: the context lives for the calls; the extension is copied into the certificate and freed here.
        unsafe X509V3_set_ctx(&context, signer, pointer, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else {
            throw TestTLSError("add \(value) to a certificate")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        guard unsafe X509_add_ext(pointer, made, -1) == 1 else { throw TestTLSError("add \(value) to a certificate") }
    }

    /// The certificate in PEM.
    func pem() throws(TestTLSError) -> String {
        unsafe try PEM.text { unsafe PEM_write_bio_X509($0, pointer) }
    }
}
