internal import COpenSSL
internal import Glibc

/// The server's side of one TLS connection: reads from the descriptor, but writes into memory, so that its owner decides
/// how what it wrote goes onto the wire. Confined to one thread.
@safe final class ServerTLSSession {
    enum Outcome {
        case done
        case wantsRead
        case closed
        case failed(String)
    }

    /// What was seen of the client.
    let recorder: ServerHandshakeRecorder
    /// Who handshakes.
    let identity: ServerIdentity

    private let session: OpaquePointer
    private let written: OpaquePointer

    /// A session over `descriptor`, which is only read.
    init(_ identity: ServerIdentity, descriptor: Int32) throws(TestTLSError) {
        // Holds: the session owns both BIOs and is freed in deinit alone; the recorder lives as long as it does.
        guard let session = unsafe identity.makeSession(), let reading = unsafe BIO_new_socket(descriptor, 0),
            let written = unsafe BIO_new(BIO_s_mem())
        else { throw TestTLSError("make a TLS session") }
        self.identity = identity
        recorder = ServerHandshakeRecorder(identity.settings)
        unsafe self.session = session
        unsafe self.written = written
        unsafe SSL_set_bio(session, reading, written)
        unsafe recorder.listen(to: reading)
        unsafe SSL_set_accept_state(session)
        unsafe recorder.attach(to: session)
    }

    deinit {
        // OpenSSL forgets a session that was freed without it. It is written nowhere any more.
        endWriting()
        unsafe SSL_free(session)
    }

    /// Whether no handshake is under way.
    var isBetweenHandshakes: Bool { unsafe SSL_is_init_finished(session) == 1 }

    /// What was written since it was last asked, and has to go onto the wire.
    func takeWritten() -> [UInt8] {
        // Holds: the session owns the memory, which is emptied behind the copy.
        let octets = unsafe MemoryBIO.contents(of: written)
        unsafe BIO_ctrl(written, BIO_CTRL_RESET, 0, nil)
        return octets
    }

    /// Goes on with the handshake.
    func handshake() -> Outcome {
        ERR_clear_error()
        let code = unsafe SSL_do_handshake(session)
        guard code != 1 else {
            unsafe recorder.complete(session)
            return .done
        }
        let errorNumber = errno
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wantsRead
        case SSL_ERROR_SYSCALL where ERR_peek_error() == 0 || errorNumber == ECONNRESET: return .closed
        default:
            if Self.isUnexpectedEnd { return .closed }
            return .failed(TestTLSError.reasons())
        }
    }

    /// Reads into `room`: how many octets, nil for nothing now.
    func read(into room: inout [UInt8]) -> ServerChannel.ReadOutcome? {
        ERR_clear_error()
        var count = 0
        // Holds: the room is as long as is said, during the call.
        let code = unsafe SSL_read_ex(session, &room, room.count, &count)
        if code == 1 { return .octets(Array(room[..<count])) }
        let errorNumber = errno
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return nil
        case SSL_ERROR_ZERO_RETURN: return .end(.orderly)
        case SSL_ERROR_SYSCALL: return .end(errorNumber == ECONNRESET ? .reset : .truncated)
        default:
            return Self.isUnexpectedEnd ? .end(.truncated) : .failed("reading through TLS: \(TestTLSError.reasons())")
        }
    }

    /// Writes all of `octets`; says what went wrong, nil for nothing.
    func write(_ octets: ArraySlice<UInt8>) -> String? {
        var rest = octets
        while !rest.isEmpty {
            ERR_clear_error()
            var count = 0
            // Holds: the octets are lent for the call with their length.
            let code = unsafe rest.withUnsafeBytes { unsafe SSL_write_ex(session, $0.baseAddress, $0.count, &count) }
            guard code == 1 else { return TestTLSError.reasons() }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    /// Says with a close_notify that nothing more will be written.
    func endWriting() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }

    /// Asks the client to negotiate anew (RFC 5246 §7.4.1.1); says what went wrong, nil for nothing.
    func askToRenegotiate() -> String? {
        ERR_clear_error()
        guard unsafe SSL_renegotiate(session) == 1, unsafe SSL_do_handshake(session) == 1 else {
            return "asking to negotiate anew: \(TestTLSError.reasons())"
        }
        return nil
    }

    /// Changes this side's keys and asks the client to change its own (RFC 8446 §4.6.3); says what went wrong, nil for nothing.
    func updateKeys() -> String? {
        ERR_clear_error()
        guard unsafe SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED) == 1, unsafe SSL_do_handshake(session) == 1
        else { return "changing the keys: \(TestTLSError.reasons())" }
        return nil
    }

    /// Comes upon a record that is none, so that OpenSSL writes a fatal alert. The last thing this session does.
    func breakOff() {
        // application_data of 32 octets that nobody encrypted (RFC 8446 §5.2).
        let forged: [UInt8] = [23, 3, 3, 0, 32] + [UInt8](repeating: 0, count: 32)
        ERR_clear_error()
        var octet: UInt8 = 0
        var count = 0
        // Holds: the octets are copied into the memory, which the session owns and frees in place of the socket's BIO.
        let memory = unsafe BIO_new(BIO_s_mem())
        unsafe BIO_write(memory, forged, Int32(forged.count))
        unsafe SSL_set0_rbio(session, memory)
        _ = unsafe SSL_read_ex(session, &octet, 1, &count)
        ERR_clear_error()
    }

    private static var isUnexpectedEnd: Bool {
        SSL_R_UNEXPECTED_EOF_WHILE_READING == Int32(truncatingIfNeeded: ERR_peek_error() & 0x7F_FFFF)
    }
}
