internal import COpenSSL
internal import Octets

/// An X.509 certificate, freed with its last owner. Only used, never changed, after it was made.
final class Certificate: Sendable {
    private let bits: UInt

    /// A certificate of `key`, signed by `issuer`; by itself where there is none.
    init(
        _ profile: CertificateProfile, key: PrivateKey, issuer: (certificate: Certificate, key: PrivateKey)?
    ) throws(TestTLSError) {
        // Holds: the certificate is owned by this object; everything that is set is copied by OpenSSL.
        guard let certificate = unsafe X509_new() else { throw TestTLSError("make a certificate") }
        bits = UInt(bitPattern: certificate)
        let serial = Int64.random(in: 1...Int64.max)
        guard unsafe X509_set_version(certificate, 2) == 1,
            unsafe ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), serial) == 1,
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
        unsafe try addExtensions(profile, signer)
        let signing = issuer?.key ?? key
        let digest = unsafe signing.hasOwnDigest ? nil : profile.digest.pointer
        guard unsafe X509_sign(certificate, signing.pointer, digest) > 0 else {
            throw TestTLSError("sign a certificate")
        }
    }

    /// Takes the ownership of a certificate.
    @unsafe init(taking certificate: OpaquePointer) {
        bits = UInt(bitPattern: certificate)
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// The certificate, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }

    /// The certificate in PEM.
    func pem() throws(TestTLSError) -> String {
        unsafe try MemoryBIO.text { unsafe PEM_write_bio_X509($0, pointer) }
    }

    /// The certificate in DER.
    func der() throws(TestTLSError) -> [UInt8] {
        unsafe try MemoryBIO.octets { unsafe i2d_X509_bio($0, pointer) }
    }

    /// The key's SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7).
    func publicKeyInfo() throws(TestTLSError) -> [UInt8] {
        unsafe try MemoryBIO.octets { unsafe i2d_PUBKEY_bio($0, X509_get0_pubkey(pointer)) }
    }

    // MARK: Extensions

    private func addExtensions(_ profile: CertificateProfile, _ signer: OpaquePointer?) throws(TestTLSError) {
        switch profile.basicConstraints {
        case .absent: break
        case .leaf: unsafe try add(NID_basic_constraints, "critical,CA:FALSE", signer)
        case .authority(let pathLength):
            let limit = pathLength.map { ",pathlen:\($0)" } ?? ""
            unsafe try add(NID_basic_constraints, "critical,CA:TRUE" + limit, signer)
        }
        if let usage = profile.keyUsage { unsafe try add(NID_key_usage, usage, signer) }
        unsafe try add(NID_subject_key_identifier, "hash", signer)
        unsafe try add(NID_authority_key_identifier, "keyid", signer)
        if !profile.purposes.isEmpty {
            unsafe try add(NID_ext_key_usage, profile.purposes.map(\.rawValue).joined(separator: ","), signer)
        }
        if !profile.nameConstraints.isEmpty {
            let constraints = "critical," + profile.nameConstraints.joined(separator: ",")
            unsafe try add(NID_name_constraints, constraints, signer)
        }
        if profile.demandsStaple { unsafe try add(NID_tlsfeature, "status_request", signer) }
        try addNames(profile)
    }

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

    /// Adds the subject's alternative names, entry by entry: OpenSSL's own reader of texts would mind what is wrong with some.
    private func addNames(_ profile: CertificateProfile) throws(TestTLSError) {
        // Holds: the list owns what is pushed onto it, and is freed behind the copy in the certificate.
        guard let list = unsafe GENERAL_NAMES_new() else { throw TestTLSError("make a list of names") }
        defer { unsafe GENERAL_NAMES_free(list) }
        for octets in profile.names.map({ Array($0.utf8) }) + profile.rawNames {
            guard let text = unsafe ASN1_IA5STRING_new(),
                unsafe ASN1_STRING_set(text, octets, Int32(truncatingIfNeeded: octets.count)) == 1
            else { throw TestTLSError("write DNS:\(EscapedOctets(octets.span))") }
            unsafe try push(GEN_DNS, UnsafeMutableRawPointer(text), to: list)
        }
        for address in profile.addresses {
            guard let octets = unsafe a2i_IPADDRESS(address) else { throw TestTLSError("write IP:\(address)") }
            unsafe try push(GEN_IPADD, UnsafeMutableRawPointer(octets), to: list)
        }
        for service in profile.services { unsafe try pushService(service, to: list) }
        guard unsafe OPENSSL_sk_num(list) > 0 else { return }
        let code = unsafe X509_add1_ext_i2d(
            pointer, NID_subject_alt_name, UnsafeMutableRawPointer(list), 0, UInt(X509V3_ADD_DEFAULT))
        guard code == 1 else { throw TestTLSError("add the names to a certificate") }
    }

    /// Adds an otherName of the kind SRVName (RFC 4985 §2).
    private func pushService(_ service: String, to list: OpaquePointer) throws(TestTLSError) {
        let octets = Array(service.utf8)
        // Holds: each object is owned by the one it is put into, in the end by the list.
        guard let text = unsafe ASN1_IA5STRING_new(), let value = unsafe ASN1_TYPE_new(),
            let entry = unsafe GENERAL_NAME_new(),
            unsafe ASN1_STRING_set(text, octets, Int32(truncatingIfNeeded: octets.count)) == 1
        else { throw TestTLSError("write SRV:\(service)") }
        unsafe ASN1_TYPE_set(value, V_ASN1_IA5STRING, text)
        guard unsafe GENERAL_NAME_set0_othername(entry, OBJ_nid2obj(NID_SRVName), value) == 1,
            unsafe OPENSSL_sk_push(list, entry) > 0
        else { throw TestTLSError("add SRV:\(service)") }
    }

    private func push(
        _ kind: Int32, _ value: UnsafeMutableRawPointer, to list: OpaquePointer
    ) throws(TestTLSError) {
        // Holds: the entry owns its value and the list its entry.
        guard let entry = unsafe GENERAL_NAME_new() else { throw TestTLSError("make a name") }
        unsafe GENERAL_NAME_set0_value(entry, kind, value)
        guard unsafe OPENSSL_sk_push(list, entry) > 0 else { throw TestTLSError("add a name") }
    }
}
