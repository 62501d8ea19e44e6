import COpenSSL
import Octets

/// OpenSSL's errors in this module's terms.
struct TLSFailure {
    /// OpenSSL's oldest error, and the texts of all.
    let code: UInt
    let text: String
    /// What was being done.
    let phase: String
    /// Whether that is the handshake.
    let isHandshake: Bool
    let name: ServerName
    /// Whether the server asked for a client certificate, and got none.
    let owesCertificate: Bool

    /// The error.
    var error: TransportError {
        guard OpenSSLErrors.library(of: code) == ERR_LIB_SSL else { return failed(.tlsFailed) }
        let reason = OpenSSLErrors.reason(of: code)
        switch reason {
        case SSL_AD_REASON_OFFSET...(SSL_AD_REASON_OFFSET + 255):
            return refused(TLSAlert(rawValue: UInt8(reason - SSL_AD_REASON_OFFSET)))
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return .endedWithoutMark(during: phase)
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG,
            SSL_R_RECORD_LENGTH_MISMATCH:
            guard isHandshake else { return failed(.tlsFailed) }
            return TransportError(
                .plaintextInsteadOfTLS, during: phase, "\(name) does not answer in TLS (\(text))")
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH:
            return TransportError(
                .protocolVersion, during: phase, "no TLS version in common with \(name) (\(text))")
        case SSL_R_INAPPROPRIATE_FALLBACK:
            return TransportError(
                .downgraded, during: phase,
                "\(name) speaks a later version of TLS than was agreed on: somebody on the way changed the handshake")
        case SSL_R_NO_CIPHERS_AVAILABLE, SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_NO_SUITABLE_GROUPS:
            return TransportError(
                .tlsSettingsInvalid, during: phase,
                "the versions, cipher suites and groups exclude each other (\(text))")
        default:
            return failed(.tlsFailed)
        }
    }

    private func failed(_ kind: TransportError.Kind) -> TransportError {
        TransportError(kind, during: phase, "\(phase) with \(name): \(text)")
    }

    /// The peer's alert.
    private func refused(_ alert: TLSAlert) -> TransportError {
        var diagnosis = TLSDiagnosis()
        diagnosis.alert = alert
        let told = "\(name) ended TLS with the alert \(alert)"
        // Under TLS 1.2 a missing certificate is any of several alerts.
        if alert == .certificateRequired || owesCertificate && (alert.isAboutCertificate || alert == .handshakeFailure)
        {
            return TransportError(
                .clientCertificateRequired, during: phase,
                "\(told): it asked for a client certificate, and none is configured", tls: diagnosis)
        }
        let kind: TransportError.Kind =
            switch alert {
            case .protocolVersion: .protocolVersion
            case .noApplicationProtocol: .noApplicationProtocol
            default: isHandshake || alert.isAboutCertificate ? .handshakeRefused : .tlsFailed
            }
        return TransportError(kind, during: phase, told, tls: diagnosis)
    }
}

extension TransportError {
    /// The TCP stream ended before TLS's end mark.
    static func endedWithoutMark(during phase: String) -> TransportError {
        TransportError(.truncated, during: phase, "\(phase): the peer closed without TLS's end mark")
    }
}
