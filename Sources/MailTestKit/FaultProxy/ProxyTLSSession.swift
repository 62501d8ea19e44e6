internal import COpenSSL

/// One side's TLS where a proxy terminates it: reads from memory and writes into memory. Confined to the proxy's thread.
@safe final class ProxyTLSSession {
    enum Outcome {
        case done
        case wantsMore
        case failed(String)
    }

    enum ReadOutcome {
        case octets(Int)
        case wantsMore
        case closed
        case failed(String)
    }

    /// nil where there was no memory for it.
    private let session: OpaquePointer?
    private let input: OpaquePointer?
    private let output: OpaquePointer?

    /// Takes the ownership of `session`.
    init(_ session: OpaquePointer?, isServer: Bool) {
        // Holds: the session owns both BIOs, and is freed in deinit alone; where one is missing all are given up.
        let input = unsafe BIO_new(BIO_s_mem())
        let output = unsafe BIO_new(BIO_s_mem())
        guard let session = unsafe session, let input = unsafe input, let output = unsafe output else {
            unsafe SSL_free(session)
            unsafe BIO_free(input)
            unsafe BIO_free(output)
            unsafe self.session = nil
            unsafe self.input = nil
            unsafe self.output = nil
            return
        }
        unsafe self.session = session
        unsafe self.input = input
        unsafe self.output = output
        unsafe SSL_set_bio(session, input, output)
        unsafe SSL_ctrl(session, SSL_CTRL_MODE, Int(SSL_MODE_ENABLE_PARTIAL_WRITE), nil)
        unsafe isServer ? SSL_set_accept_state(session) : SSL_set_connect_state(session)
    }

    deinit {
        unsafe SSL_free(session)
    }

    /// Takes what came from the peer.
    func feed(_ octets: ArraySlice<UInt8>) {
        guard let input = unsafe input else { return }
        // Holds: the octets are lent for the call with their length, and copied.
        unsafe octets.withUnsafeBytes {
            _ = unsafe BIO_write(input, $0.baseAddress, Int32(truncatingIfNeeded: $0.count))
        }
    }

    /// What was written since it was last asked, and has to go to the peer.
    func takeWritten() -> [UInt8] {
        guard let output = unsafe output else { return [] }
        // Holds: the session owns the memory, which is emptied behind the copy.
        let octets = unsafe MemoryBIO.contents(of: output)
        if !octets.isEmpty { unsafe BIO_ctrl(output, BIO_CTRL_RESET, 0, nil) }
        return octets
    }

    /// Goes on with the handshake.
    func handshake() -> Outcome {
        guard let session = unsafe session else { return .failed("OpenSSL has no memory, or does not take the name") }
        ERR_clear_error()
        let code = unsafe SSL_do_handshake(session)
        guard code != 1 else { return .done }
        if unsafe SSL_get_error(session, code) == SSL_ERROR_WANT_READ { return .wantsMore }
        return .failed(reasons)
    }

    /// Reads into `room`.
    func read(into room: inout [UInt8]) -> ReadOutcome {
        guard let session = unsafe session else { return .failed("there is no session") }
        ERR_clear_error()
        var count = 0
        // Holds: the room is as long as is said, during the call.
        let code = unsafe SSL_read_ex(session, &room, room.count, &count)
        if code == 1 { return .octets(count) }
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ: return .wantsMore
        case SSL_ERROR_ZERO_RETURN: return .closed
        default: return .failed(reasons)
        }
    }

    /// Writes all of `octets`; false where TLS has ended or broken, which reading tells.
    func write(_ octets: ArraySlice<UInt8>) -> Bool {
        guard let session = unsafe session else { return false }
        var rest = octets
        while !rest.isEmpty {
            ERR_clear_error()
            var count = 0
            // Holds: the octets are lent for the call with their length.
            let code = unsafe rest.withUnsafeBytes { unsafe SSL_write_ex(session, $0.baseAddress, $0.count, &count) }
            guard code == 1 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Writes TLS's end mark.
    func sendCloseNotify() {
        guard let session = unsafe session else { return }
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }

    /// OpenSSL's reasons, and why a certificate was refused.
    private var reasons: String {
        let reasons = TestTLSError.reasons()
        let verification = unsafe SSL_get_verify_result(session)
        guard verification != Int(X509_V_OK) else { return reasons }
        // Holds: the text is static.
        return "\(reasons) (\(unsafe String(cString: X509_verify_cert_error_string(verification))))"
    }
}
