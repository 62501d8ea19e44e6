internal import COpenSSL

/// A certificate revocation list (RFC 5280 §5).
public struct RevocationList: Sendable, Hashable {
    /// The list in PEM.
    public let pem: String
    /// The list in DER.
    public let der: [UInt8]

    fileprivate init(_ list: OpaquePointer) throws(TestTLSError) {
        // Holds: the list is the caller's, alive during the calls.
        pem = unsafe try MemoryBIO.text { unsafe PEM_write_bio_X509_CRL($0, list) }
        der = unsafe try MemoryBIO.octets { unsafe i2d_X509_CRL_bio($0, list) }
    }
}

extension TestCertificateAuthority {
    /// A list of certificates that this authority revoked.
    ///
    /// - Parameters:
    ///   - revoked: what stands on the list.
    ///   - issued: when it was issued, from now; an hour ago by default.
    ///   - nextUpdate: when it expires, from now; in a day by default.
    public func revocationList(
        revoking revoked: [TestCertificate] = [], issued: Duration = .seconds(-3_600),
        nextUpdate: Duration = .seconds(86_400)
    ) throws(TestTLSError) -> RevocationList {
        // Holds: the list and the times are freed here; the list owns its entries and copies the rest.
        guard let list = unsafe X509_CRL_new(), let begin = unsafe X509_gmtime_adj(nil, Int(issued.components.seconds)),
            let end = unsafe X509_gmtime_adj(nil, Int(nextUpdate.components.seconds))
        else { throw TestTLSError("make a revocation list") }
        defer {
            unsafe X509_CRL_free(list)
            unsafe ASN1_STRING_free(begin)
            unsafe ASN1_STRING_free(end)
        }
        guard unsafe X509_CRL_set_version(list, 1) == 1,
            unsafe X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate.certificate.pointer)) == 1,
            unsafe X509_CRL_set1_lastUpdate(list, begin) == 1, unsafe X509_CRL_set1_nextUpdate(list, end) == 1
        else { throw TestTLSError("make a revocation list") }
        for one in revoked {
            // Holds: the serial number is copied, and the list takes the entry over.
            guard let entry = unsafe X509_REVOKED_new(),
                unsafe X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(one.certificate.pointer)) == 1,
                unsafe X509_REVOKED_set_revocationDate(entry, begin) == 1,
                unsafe X509_CRL_add0_revoked(list, entry) == 1
            else { throw TestTLSError("revoke a certificate") }
        }
        let digest = unsafe certificate.key.hasOwnDigest ? nil : SignatureDigest.sha256.pointer
        guard unsafe X509_CRL_sort(list) == 1, unsafe X509_CRL_sign(list, certificate.key.pointer, digest) > 0 else {
            throw TestTLSError("sign a revocation list")
        }
        return unsafe try RevocationList(list)
    }
}
