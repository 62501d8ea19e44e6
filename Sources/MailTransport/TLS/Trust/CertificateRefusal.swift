import COpenSSL
import Octets

/// Why a server's certificate, or what it stapled, was refused: noted where it is found, since OpenSSL forgets it.
struct CertificateRefusal {
    let kind: TransportError.Kind
    /// The story behind the server's name.
    let words: String
    var diagnosis = TLSDiagnosis()

    init(_ kind: TransportError.Kind, _ words: String, _ diagnosis: TLSDiagnosis = TLSDiagnosis()) {
        self.kind = kind
        self.words = words
        self.diagnosis = diagnosis
    }

    /// What OpenSSL's verification found, from within its call.
    @unsafe init(foundBy store: OpaquePointer?) {
        // Holds: OpenSSL calls this during a verification, when the store's context and its certificates are alive.
        let result = unsafe X509_STORE_CTX_get_error(store)
        let depth = Int(unsafe X509_STORE_CTX_get_error_depth(store))
        diagnosis.certificateDepth = depth
        kind = Self.kind(of: result)
        var words = unsafe String(cString: X509_verify_cert_error_string(Int(result)))
        if let certificate = unsafe X509_STORE_CTX_get_current_cert(store) {
            let refused = unsafe PeerCertificate(retaining: certificate)
            diagnosis.certificate = refused
            words += " (\(refused.subject), issued by \(refused.issuer), depth \(depth))"
        }
        if kind == .certificateNameMismatch, let own = unsafe X509_STORE_CTX_get0_cert(store) {
            diagnosis.certificateNames = unsafe CertificateNames.names(of: own)
            let names = diagnosis.certificateNames
            words = "it is for \(names.isEmpty ? "no name" : names.joined(separator: ", "))"
        }
        self.words = words
    }

    /// The error for a server that was to be `name`.
    func error(for name: ServerName, during phase: String) -> TransportError {
        TransportError(
            kind, during: phase, "the certificate of \(name) is refused: \(words)", tls: diagnosis)
    }

    private static func kind(of result: Int32) -> TransportError.Kind {
        switch result {
        case X509_V_ERR_CERT_HAS_EXPIRED: .certificateExpired
        case X509_V_ERR_CERT_NOT_YET_VALID: .certificateNotYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .certificateNameMismatch
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .certificateSelfSigned
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
            X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_REJECTED:
            .certificateUntrusted
        case X509_V_ERR_CERT_REVOKED: .certificateRevoked
        case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, X509_V_ERR_CRL_HAS_EXPIRED,
            X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_CRL_SIGNATURE_FAILURE,
            X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
            X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
            X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, X509_V_ERR_DIFFERENT_CRL_SCOPE,
            X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
            .revocationUnknown
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
            .certificateWeak
        case X509_V_ERR_INVALID_CA, X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_KEYUSAGE_NO_CERTSIGN,
            X509_V_ERR_INVALID_NON_CA, X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA,
            X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN, X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA:
            .certificateAuthorityInvalid
        case X509_V_ERR_INVALID_PURPOSE: .certificatePurposeInvalid
        case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION, X509_V_ERR_SUBTREE_MINMAX,
            X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX,
            X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
            .certificateNameConstraintViolated
        default: .certificateInvalid
        }
    }
}
