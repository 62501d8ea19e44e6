import COpenSSL
import Octets

/// OpenSSL's errors in this module's terms.
enum TLSFailure {
    /// The error for OpenSSL's error `code` and verification result.
    static func error(
        code: UInt, text: String, verification: Int32, names: [String], serverName: String, during phase: String
    ) -> TransportError {
        let reason = OpenSSLErrors.reason(of: code)
        let host = serverName.escapedForDisplay
        if verification != X509_V_OK, reason == SSL_R_CERTIFICATE_VERIFY_FAILED {
            // Holds: OpenSSL gives a static text for every number.
            let words = unsafe String(cString: X509_verify_cert_error_string(Int(verification)))
            let kind = kind(ofVerification: verification)
            let told =
                kind == .certificateNameMismatch
                ? "the certificate is not for \(host) but for \(names.isEmpty ? "no name" : names.joined(separator: ", "))"
                : "the certificate of \(host) is refused: \(words)"
            return TransportError(kind, during: phase, told, certificateNames: names)
        }
        switch reason {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG:
            return TransportError(.plaintextInsteadOfTLS, during: phase, "\(host) does not answer in TLS (\(text))")
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_NO_PROTOCOLS_AVAILABLE:
            return TransportError(.protocolVersion, during: phase, "no TLS version in common with \(host) (\(text))")
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return TransportError(.truncated, during: phase, "\(phase): the peer closed without TLS's end mark")
        case 1000...1255:
            return TransportError(
                .handshakeRefused, during: phase, "\(host) sent TLS alert \(reason - 1000): \(text)")
        default:
            return TransportError(.tlsFailed, during: phase, "\(phase) with \(host): \(text)")
        }
    }

    private static func kind(ofVerification result: Int32) -> TransportError.Kind {
        switch result {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CRL_HAS_EXPIRED: .certificateExpired
        case X509_V_ERR_CERT_NOT_YET_VALID: .certificateNotYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .certificateNameMismatch
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
            .certificateUntrusted
        case X509_V_ERR_CERT_REVOKED: .certificateRevoked
        default: .certificateInvalid
        }
    }
}
