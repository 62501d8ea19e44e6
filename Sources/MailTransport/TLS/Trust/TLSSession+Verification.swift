import COpenSSL

extension TLSSession {
    /// Verifies the chain that the server showed, from within OpenSSL's call for it; notes why it is refused.
    @unsafe func verify(_ store: OpaquePointer?) -> Bool {
        let configuration = plan.context.configuration
        switch configuration.verification {
        case .insecureNone:
            return true
        case .pinnedKeyAlone:
            // Holds: OpenSSL owns the certificate, which is alive in this call.
            guard let own = unsafe X509_STORE_CTX_get0_cert(store) else { return false }
            return unsafe requirePin([PeerCertificate(retaining: own)], store)
        case .full:
            guard unsafe X509_verify_cert(store) == 1 else {
                refusal = unsafe CertificateRefusal(foundBy: store)
                return false
            }
            // Holds: OpenSSL owns the certificate, which is alive in this call.
            if let accepted = plan.accepted, unsafe !accepted.containName(of: X509_STORE_CTX_get0_cert(store)) {
                unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH)
                refusal = unsafe CertificateRefusal(foundBy: store)
                return false
            }
            guard !configuration.pins.isEmpty else { return true }
            let chain = unsafe CertificateReference.all(in: X509_STORE_CTX_get0_chain(store))
            return unsafe requirePin(chain.map { PeerCertificate($0) }, store)
        }
    }

    /// Whether one of the keys is pinned.
    @unsafe private func requirePin(_ chain: [PeerCertificate], _ store: OpaquePointer?) -> Bool {
        let seen = chain.map(\.publicKeyPin)
        pinned = seen.first { plan.context.configuration.pins.contains($0) }
        guard pinned == nil else { return true }
        var diagnosis = TLSDiagnosis()
        diagnosis.certificate = chain.first
        diagnosis.certificateDepth = 0
        diagnosis.publicKeyPins = seen
        refusal = CertificateRefusal(
            .certificateNotPinned,
            "none of its keys is pinned; seen were \(seen.map(\.description).joined(separator: ", "))",
            diagnosis)
        // Holds: as above.
        unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION)
        return false
    }

    /// Judges what the server stapled, or did not, once its chain is verified; notes why it is refused.
    func judgeStaple() -> Bool {
        // What a session's full handshake proved is limited by the session's life.
        guard !isResumed else { return true }
        // Holds: the session owns chain and response; the store is the context's.
        let chain = unsafe CertificateReference.all(in: SSL_get0_verified_chain(session))
        guard let own = chain.first else { return false }
        var octets: UnsafePointer<UInt8>?
        let count = unsafe mailwire_SSL_get_status_response(session, &octets)
        guard count > 0, let octets = unsafe octets else {
            let isDemanded = plan.context.configuration.revocation.stapling == .required
            guard isDemanded || PeerCertificate(own).demandsStaple else { return true }
            refusal = Self.stapleRefusal(
                .stapleMissing,
                isDemanded
                    ? "nothing was stapled, which is demanded of every server"
                    : "nothing was stapled, which the certificate demands (RFC 7633)", own)
            return false
        }
        let response = unsafe StapledResponse(
            octets: Array(UnsafeBufferPointer(start: octets, count: count)), chain: chain)
        do throws(StapledResponse.Refusal) {
            staple = .good(until: try response.validity())
            return true
        } catch {
            refusal = Self.stapleRefusal(
                error.isRevoked ? .certificateRevoked : .stapleInvalid,
                "the stapled answer on revocation \(error.words)",
                own)
            return false
        }
    }

    private static func stapleRefusal(
        _ kind: TransportError.Kind, _ words: String, _ certificate: CertificateReference
    ) -> CertificateRefusal {
        var diagnosis = TLSDiagnosis()
        diagnosis.certificate = PeerCertificate(certificate)
        diagnosis.certificateDepth = 0
        return CertificateRefusal(kind, words, diagnosis)
    }
}
