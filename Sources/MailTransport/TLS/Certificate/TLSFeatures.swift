import COpenSSL

/// The TLS feature extension of a certificate (RFC 7633).
enum TLSFeatures {
    /// Whether the certificate demands that its server answers `status_request`, that is, staples.
    @unsafe static func demandStatusRequest(_ certificate: OpaquePointer?) -> Bool {
        // Holds: the decoded extension is ours to free; its entries live as long as it does.
        guard let raw = unsafe X509_get_ext_d2i(certificate, NID_tlsfeature, nil, nil) else { return false }
        let features = OpaquePointer(raw)
        defer { unsafe TLS_FEATURE_free(features) }
        return (0..<max(unsafe OPENSSL_sk_num(features), 0)).contains { index in
            guard let entry = unsafe OPENSSL_sk_value(features, index) else { return false }
            return unsafe ASN1_INTEGER_get(entry.assumingMemoryBound(to: ASN1_INTEGER.self))
                == Int(TLSEXT_TYPE_status_request)
        }
    }
}
