internal import COpenSSL
internal import Glibc

/// A connection seen from the server: blocking reads and writes with deadlines, in plaintext or through TLS.
///
/// Confined to one thread; closes its descriptor when told to or when it goes away.
@safe final class ServerChannel {
    enum ReadOutcome {
        case octets([UInt8])
        case end(ScriptedConversation.End)
        case timedOut
        case failed(String)
    }

    private var descriptor: Int32
    private var session: OpaquePointer?
    private var room = [UInt8](repeating: 0, count: 16 << 10)

    /// Takes the ownership of a non-blocking descriptor.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        unsafe session = nil
        var on: Int32 = 1
        // Holds: `on` is a local that outlives the call.
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        release()
    }

    /// Whether octets go through TLS.
    var isSecured: Bool { unsafe session != nil }

    /// The version of TLS; nil in plaintext.
    var tlsVersion: String? {
        // Holds: OpenSSL gives a static text.
        unsafe session.map { unsafe String(cString: SSL_get_version($0)) }
    }

    /// The name the client asked for; nil for none.
    var serverName: String? {
        // Holds: the text lives as long as the session, and is copied.
        guard let session = unsafe session, let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name)
        else { return nil }
        return unsafe String(cString: name)
    }

    // MARK: Reading

    /// The next octets, at least one.
    func read(until deadline: Deadline) -> ReadOutcome {
        while true {
            if let outcome = readNow() { return outcome }
            guard deadline.wait(for: descriptor, POLLIN) else { return .timedOut }
        }
    }

    /// What can be read without waiting; nil for nothing.
    func readNow() -> ReadOutcome? {
        guard let session = unsafe session else { return readPlain() }
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
            if SSL_R_UNEXPECTED_EOF_WHILE_READING == Int32(truncatingIfNeeded: ERR_peek_error() & 0x7F_FFFF) {
                return .end(.truncated)
            }
            return .failed("reading through TLS: \(TestTLSError.reasons())")
        }
    }

    private func readPlain() -> ReadOutcome? {
        while true {
            // Holds: the room is as long as is said, during the call.
            let count = unsafe recv(descriptor, &room, room.count, 0)
            if count > 0 { return .octets(Array(room[..<count])) }
            if count == 0 { return .end(.orderly) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            case ECONNRESET, EPIPE: return .end(.reset)
            default: return .failed("reading (errno \(errno))")
            }
        }
    }

    // MARK: Writing

    /// Writes all of `octets`; says what went wrong, nil for nothing.
    func write(_ octets: [UInt8], until deadline: Deadline) -> String? {
        var sent = 0
        while sent < octets.count {
            // Holds: the octets are lent for the call, which writes none beyond them.
            let outcome = unsafe octets.withUnsafeBytes { bytes in
                unsafe writeNow(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
            }
            switch outcome {
            case .success(let count) where count > 0: sent += count
            case .success:
                guard deadline.wait(for: descriptor, POLLOUT) else {
                    return "the client did not take \(octets.count - sent) of \(octets.count) octets in time"
                }
            case .failure(let error): return error.message
            }
        }
        return nil
    }

    /// How many octets went out, 0 where the socket takes none now.
    private func writeNow(_ bytes: UnsafeRawBufferPointer) -> Result<Int, ScriptFailure> {
        guard let session = unsafe session else {
            let count = unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .success(count) }
            if errno == EAGAIN || errno == EINTR { return .success(0) }
            return .failure(ScriptFailure("the client closed while it was sent to (errno \(errno))"))
        }
        ERR_clear_error()
        var count = 0
        let code = unsafe SSL_write_ex(session, bytes.baseAddress, bytes.count, &count)
        if code == 1 { return .success(count) }
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .success(0)
        default: return .failure(ScriptFailure("the client closed while it was sent to: \(TestTLSError.reasons())"))
        }
    }

    // MARK: TLS and the end

    /// Handshakes as server; says what went wrong, nil for nothing.
    func startTLS(_ identity: ServerIdentity, until deadline: Deadline) -> String? {
        guard deadline.wait(for: descriptor, POLLIN) else { return "the client began no TLS handshake in time" }
        var first: UInt8 = 0
        // Holds: the one octet outlives the call.
        let peeked = unsafe recv(descriptor, &first, 1, Int32(MSG_PEEK))
        // A handshake begins with a record of type 22 (RFC 8446 §5.1); anything else is plaintext, read as such.
        if peeked == 1, first != 22 { return "the client sent plaintext where its TLS handshake should begin" }
        guard let made = unsafe identity.makeSession(), unsafe SSL_set_fd(made, descriptor) == 1 else {
            return "no TLS session: \(TestTLSError.reasons())"
        }
        unsafe session = made
        while true {
            ERR_clear_error()
            let code = unsafe SSL_accept(made)
            if code == 1 { return nil }
            let wanted: Int32
            switch unsafe SSL_get_error(made, code) {
            case SSL_ERROR_WANT_READ: wanted = POLLIN
            case SSL_ERROR_WANT_WRITE: wanted = POLLOUT
            case SSL_ERROR_SYSCALL where ERR_peek_error() == 0: return "the client closed during the TLS handshake"
            default: return "the TLS handshake failed: \(TestTLSError.reasons())"
            }
            guard deadline.wait(for: descriptor, wanted) else { return "the TLS handshake did not end in time" }
        }
    }

    /// Says that nothing more will be sent; reading goes on.
    func endWriting() {
        if let session = unsafe session {
            ERR_clear_error()
            _ = unsafe SSL_shutdown(session)
            ERR_clear_error()
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes with a TCP reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        // Holds: the option is a local that outlives the call.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        release()
    }

    private func release() {
        if let session = unsafe session { unsafe SSL_free(session) }
        unsafe session = nil
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
