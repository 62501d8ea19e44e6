import COpenSSL
import Glibc
import Octets

/// One TLS connection over a descriptor; confined to the thread of its loop.
@safe final class TLSSession {
    /// What a call got done.
    enum Outcome {
        case done(Int)
        case wantsRead
        case wantsWrite
        case endOfStream
        case failed(TransportError)
    }

    /// What the verification found wrong, kept here because OpenSSL forgets the certificate when it refuses it.
    private final class Findings {
        var names: [String] = []
    }

    private let session: OpaquePointer
    private let findings = Findings()
    private let serverName: String
    private let isVerifying: Bool

    /// A session over `descriptor` that will verify the server to be `serverName`, a host name or literal address.
    init(
        _ context: TLSContext, descriptor: Int32, serverName: String, configuration: TLSConfiguration
    ) throws(TransportError) {
        let session = unsafe try context.makeSession()
        unsafe self.session = session
        self.serverName = serverName
        isVerifying = configuration.verification == .full
        // Holds: `session` is valid until deinit frees it; the findings outlive it since this object keeps both.
        unsafe SSL_set_ex_data(session, 0, Unmanaged.passUnretained(findings).toOpaque())
        guard unsafe SSL_set_fd(session, descriptor) == 1 else {
            throw TransportError(.tlsFailed, during: "TLS set-up", OpenSSLErrors.takeText())
        }
        unsafe SSL_set_connect_state(session)
        try name(serverName)
    }

    deinit {
        unsafe SSL_free(session)
    }

    private func name(_ name: String) throws(TransportError) {
        let parameters = unsafe SSL_get0_param(session)
        // Holds: the texts are NUL-terminated for the call and copied by OpenSSL.
        let isAddress = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1
        var code: Int32 = 1
        if !isAddress {
            ERR_clear_error()
            // No wildcard inside a label, and never the common name (RFC 9525 §6.3, §6.4).
            unsafe X509_VERIFY_PARAM_set_hostflags(
                parameters,
                UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS) | UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
            code = unsafe X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count)
            // A literal address is no server name (RFC 6066 §3).
            if code == 1 { code = Int32(unsafe mailwire_SSL_set_tlsext_host_name(session, name)) }
        }
        guard code == 1 else {
            throw TransportError(
                .invalidEndpoint, during: "TLS set-up",
                "\(name.escapedForDisplay) cannot be a TLS server name: \(OpenSSLErrors.takeText())")
        }
        guard isVerifying else { return }
        unsafe SSL_set_verify(session, SSL_VERIFY_PEER) { isFine, store in
            if isFine == 0 { unsafe TLSSession.note(store) }
            return isFine
        }
    }

    /// Keeps the names of a certificate that is refused for its names.
    private static func note(_ store: OpaquePointer?) {
        let error = unsafe X509_STORE_CTX_get_error(store)
        guard error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH else { return }
        // Holds: OpenSSL calls this inside a handshake, when session, findings and certificate are all alive.
        guard let raw = unsafe X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let kept = unsafe SSL_get_ex_data(OpaquePointer(raw), 0),
            let certificate = unsafe X509_STORE_CTX_get0_cert(store)
        else { return }
        unsafe Unmanaged<Findings>.fromOpaque(kept).takeUnretainedValue().names = CertificateNames.names(
            of: certificate)
    }

    /// Goes on with the handshake.
    func handshake() -> Outcome {
        ERR_clear_error()
        let code = unsafe SSL_do_handshake(session)
        return code == 1 ? .done(0) : outcome(code, during: "TLS handshake")
    }

    /// How many octets were taken from the socket so far.
    var receivedOctets: UInt64 { unsafe BIO_number_read(SSL_get_rbio(session)) }

    /// Reads into `room`; `.done` has at least one octet.
    func read(into room: UnsafeMutableRawBufferPointer) -> Outcome {
        ERR_clear_error()
        var count = 0
        // Holds: the room is valid for its own count during the call.
        let code = unsafe SSL_read_ex(session, room.baseAddress, room.count, &count)
        return code == 1 ? .done(count) : outcome(code, during: "receive")
    }

    /// Writes from the start of `octets`; `.done` has at least one octet.
    func write(_ octets: UnsafeRawBufferPointer) -> Outcome {
        ERR_clear_error()
        var count = 0
        // Holds: the octets are valid for their own count during the call.
        let code = unsafe SSL_write_ex(session, octets.baseAddress, octets.count, &count)
        return code == 1 ? .done(count) : outcome(code, during: "send")
    }

    /// Tells the peer that nothing more will be sent, where the socket takes it at once.
    func sendCloseNotify() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }

    /// What the handshake agreed on.
    var information: TLSInformation {
        // Holds: both give static texts.
        unsafe TLSInformation(
            version: String(cString: SSL_get_version(session)),
            cipher: String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(session))), isVerified: isVerifying)
    }

    private func outcome(_ code: Int32, during phase: String) -> Outcome {
        let errorNumber = errno
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .endOfStream
        case SSL_ERROR_SYSCALL where ERR_peek_error() == 0:
            return .failed(
                errorNumber == 0
                    ? TransportError(.truncated, during: phase, "\(phase): the peer closed without TLS's end mark")
                    : TransportError(errno: errorNumber, during: phase))
        default: return .failed(failure(during: phase))
        }
    }

    private func failure(during phase: String) -> TransportError {
        let (code, text) = OpenSSLErrors.take()
        let verification = isVerifying ? unsafe SSL_get_verify_result(session) : Int(X509_V_OK)
        return TLSFailure.error(
            code: code, text: text, verification: Int32(truncatingIfNeeded: verification), names: findings.names,
            serverName: serverName, during: phase)
    }
}
