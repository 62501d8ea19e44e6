internal import COpenSSL

/// What an answer on revocation says of a certificate (RFC 6960 §2.2).
public enum RevocationStatus: Sendable, Hashable {
    /// It is not revoked.
    case good
    /// It is revoked.
    case revoked
    /// The responder does not know it.
    case unknown

    fileprivate var number: Int32 {
        switch self {
        case .good: V_OCSP_CERTSTATUS_GOOD
        case .revoked: V_OCSP_CERTSTATUS_REVOKED
        case .unknown: V_OCSP_CERTSTATUS_UNKNOWN
        }
    }
}

extension TestCertificateAuthority {
    /// An OCSP response in DER, as a server staples it (RFC 6960).
    ///
    /// - Parameters:
    ///   - subject: the certificate it is about, issued by this authority.
    ///   - status: what it says of it.
    ///   - issued: since when that is known, from now; an hour ago by default.
    ///   - nextUpdate: when it expires, from now; in a day by default.
    ///   - signer: who signs it, which then goes along; nil for this authority itself.
    public func ocspResponse(
        about subject: TestCertificate, _ status: RevocationStatus = .good, issued: Duration = .seconds(-3_600),
        nextUpdate: Duration = .seconds(86_400), signedBy signer: TestCertificate? = nil
    ) throws(TestTLSError) -> [UInt8] {
        // Holds: all that is made here is freed here; the responses copy or count what they are given.
        guard let basic = unsafe OCSP_BASICRESP_new(),
            let name = unsafe OCSP_cert_to_id(
                nil, subject.certificate.pointer, certificate.certificate.pointer),
            let begin = unsafe X509_gmtime_adj(nil, Int(issued.components.seconds)),
            let end = unsafe X509_gmtime_adj(nil, Int(nextUpdate.components.seconds))
        else { throw TestTLSError("make an OCSP response") }
        defer {
            unsafe OCSP_BASICRESP_free(basic)
            unsafe OCSP_CERTID_free(name)
            unsafe ASN1_STRING_free(begin)
            unsafe ASN1_STRING_free(end)
        }
        let revokedAt = unsafe status == .revoked ? begin : nil
        guard
            unsafe OCSP_basic_add1_status(
                basic, name, status.number, OCSP_REVOKED_STATUS_KEYCOMPROMISE, revokedAt, begin, end) != nil
        else { throw TestTLSError("make an OCSP response") }
        let signing = signer ?? certificate
        let digest = unsafe signing.key.hasOwnDigest ? nil : SignatureDigest.sha256.pointer
        let flags = signer == nil ? UInt(OCSP_NOCERTS) : 0
        guard
            unsafe OCSP_basic_sign(
                basic, signing.certificate.pointer, signing.key.pointer, digest, nil, flags) == 1
        else { throw TestTLSError("sign an OCSP response") }
        return unsafe try Self.encoded(basic, OCSP_RESPONSE_STATUS_SUCCESSFUL)
    }

    /// An OCSP response in DER that says nothing of any certificate, only that the responder could not answer (RFC 6960 §2.3).
    public static func ocspTryLater() throws(TestTLSError) -> [UInt8] {
        unsafe try encoded(nil, OCSP_RESPONSE_STATUS_TRYLATER)
    }

    private static func encoded(_ basic: OpaquePointer?, _ status: Int32) throws(TestTLSError) -> [UInt8] {
        // Holds: the response and its octets are freed behind the copy.
        guard let response = unsafe OCSP_response_create(status, basic) else {
            throw TestTLSError("make an OCSP response")
        }
        defer { unsafe OCSP_RESPONSE_free(response) }
        var octets: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_OCSP_RESPONSE(response, &octets)
        defer { unsafe mailwire_OPENSSL_free(octets) }
        guard count > 0, let octets = unsafe octets else { throw TestTLSError("write an OCSP response") }
        return unsafe Array(UnsafeBufferPointer(start: octets, count: Int(count)))
    }
}
