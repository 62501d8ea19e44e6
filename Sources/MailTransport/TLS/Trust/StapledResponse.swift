import COpenSSL
import Octets

/// What a server stapled: an OCSP response about its certificate (RFC 6960), which has to be signed by the certificate's issuer, or
/// by somebody whom that issuer lets answer.
struct StapledResponse {
    /// Why a response does not prove that the certificate is good.
    struct Refusal: Error {
        let words: String
        var isRevoked = false
    }

    /// The response in DER, as it was stapled.
    let octets: [UInt8]
    /// The verified chain, the server's certificate first.
    let chain: [CertificateReference]

    /// Until when the response says that the certificate is good: seconds since 1970, nil for no end.
    func validity() throws(Refusal) -> Int64? {
        defer { ERR_clear_error() }
        // A certificate that is trusted by itself has no other issuer.
        guard let own = chain.first, let issuer = chain.dropFirst().first ?? chain.first else {
            throw Refusal(words: "is about no chain")
        }
        let response = try OCSPResponseReference(octets)
        try checkSigner(of: response, issuer)
        return try status(in: response, of: own, from: issuer)
    }

    // MARK: Who says it

    private func checkSigner(of response: OCSPResponseReference, _ issuer: CertificateReference) throws(Refusal) {
        // Holds: the stack does not own the issuer, and is freed here; what is found belongs to it or the response.
        guard let others = unsafe OPENSSL_sk_new_null() else { throw Refusal(words: "cannot be looked at") }
        defer { unsafe OPENSSL_sk_free(others) }
        unsafe OPENSSL_sk_push(others, UnsafeMutableRawPointer(issuer.pointer))
        var found: OpaquePointer?
        guard unsafe OCSP_resp_get0_signer(response.basic, &found, others) == 1, let signer = unsafe found else {
            throw Refusal(words: "is signed by nobody who is known")
        }
        guard unsafe OCSP_basic_verify(response.basic, others, nil, UInt(OCSP_NOVERIFY)) == 1 else {
            throw Refusal(words: "has a signature that does not hold")
        }
        guard !(unsafe Self.isBroken(OCSP_resp_get0_tbs_sigalg(response.basic))) else {
            throw Refusal(words: "has a signature over a digest that is broken")
        }
        let issuerKey = unsafe X509_get0_pubkey(issuer.pointer)
        if unsafe EVP_PKEY_eq(X509_get0_pubkey(signer), issuerKey) == 1 { return }
        unsafe try checkDelegate(signer, issuer, issuerKey)
    }

    /// Whether the issuer lets `signer` answer for it (RFC 6960 §4.2.2.2).
    @unsafe private func checkDelegate(
        _ signer: OpaquePointer, _ issuer: CertificateReference, _ issuerKey: OpaquePointer?
    ) throws(Refusal) {
        let words = "is signed by \(unsafe PeerCertificate(retaining: signer).subject), which"
        // Holds: signer, issuer and key are alive in this call.
        guard unsafe X509_check_issued(issuer.pointer, signer) == X509_V_OK, unsafe X509_verify(signer, issuerKey) == 1
        else { throw Refusal(words: "\(words) the certificate's issuer did not sign") }
        let purposes = unsafe X509_get_extended_key_usage(signer)
        // All bits are set where nothing is said.
        guard purposes != UInt32.max, purposes & UInt32(XKU_OCSP_SIGN) != 0 else {
            throw Refusal(words: "\(words) is not for that purpose")
        }
        guard unsafe X509_cmp_current_time(X509_get0_notBefore(signer)) < 0,
            unsafe X509_cmp_current_time(X509_get0_notAfter(signer)) > 0
        else { throw Refusal(words: "\(words) is not valid now") }
        guard unsafe EVP_PKEY_get_security_bits(X509_get0_pubkey(signer)) >= Self.leastStrength,
            !(unsafe Self.isBroken(X509_get0_tbs_sigalg(signer)))
        else { throw Refusal(words: "\(words) is too weak") }
    }

    @unsafe private static func isBroken(_ algorithm: UnsafePointer<X509_ALGOR>?) -> Bool {
        var object: OpaquePointer?
        var digest: Int32 = 0
        // Holds: the algorithm belongs to a certificate or response that is alive.
        unsafe X509_ALGOR_get0(&object, nil, nil, algorithm)
        guard unsafe OBJ_find_sigid_algs(OBJ_obj2nid(object), &digest, nil) == 1 else { return true }
        return [NID_md5, NID_md4, NID_md2, NID_sha1, NID_md5_sha1].contains(digest)
    }

    /// RSA keys of 2048 bits, in bits.
    private static var leastStrength: Int32 { 112 }

    // MARK: What it says

    private func status(
        in response: OCSPResponseReference, of own: CertificateReference, from issuer: CertificateReference
    ) throws(Refusal) -> Int64? {
        let count = min(unsafe OCSP_resp_count(response.basic), Self.mostAnswers)
        for index in 0..<max(count, 0) {
            // Holds: the answer belongs to the response, and what is pointed to within to the answer.
            guard let answer = unsafe OCSP_resp_get0(response.basic, index), unsafe Self.isAbout(answer, own, issuer)
            else {
                continue
            }
            var since: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            var until: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            let status = unsafe OCSP_single_get0_status(answer, nil, nil, &since, &until)
            // Without an end, it must at least not be old.
            let oldest = unsafe until == nil ? Self.longestWithoutEnd : -1
            guard unsafe OCSP_check_validity(since, until, Self.clockError, oldest) == 1 else {
                throw Refusal(words: "is not valid now: \(OpenSSLErrors.takeText())")
            }
            switch status {
            case V_OCSP_CERTSTATUS_GOOD: return unsafe CertificateTime.seconds(until)
            case V_OCSP_CERTSTATUS_REVOKED: throw Refusal(words: "says that it is revoked", isRevoked: true)
            default: throw Refusal(words: "says that the certificate is not known")
            }
        }
        throw Refusal(words: "is about another certificate")
    }

    /// Whether `answer` names the certificate, whatever it hashed the issuer with.
    @unsafe private static func isAbout(
        _ answer: OpaquePointer, _ own: CertificateReference, _ issuer: CertificateReference
    ) -> Bool {
        // Holds: the name belongs to the answer; the one made here is freed here.
        guard let name = unsafe OCSP_SINGLERESP_get0_id(answer) else { return false }
        var algorithm: OpaquePointer?
        unsafe OCSP_id_get0_info(nil, &algorithm, nil, nil, name)
        guard let text = unsafe OBJ_nid2sn(OBJ_obj2nid(algorithm)), let digest = unsafe EVP_get_digestbyname(text),
            let wanted = unsafe OCSP_cert_to_id(digest, own.pointer, issuer.pointer)
        else { return false }
        defer { unsafe OCSP_CERTID_free(wanted) }
        return unsafe OCSP_id_cmp(wanted, name) == 0
    }

    /// Clocks may differ by so many seconds.
    private static var clockError: Int { 300 }
    /// An answer without an end is good for a week, in seconds.
    private static var longestWithoutEnd: Int { 7 * 86_400 }
    /// More answers in one response are not looked at.
    private static var mostAnswers: Int32 { 100 }
}
