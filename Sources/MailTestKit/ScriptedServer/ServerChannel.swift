internal import Glibc

/// A connection seen from the server: blocking reads and writes with deadlines, in plaintext or through TLS.
///
/// Confined to one thread; closes its descriptor when told to or when it goes away.
final class ServerChannel {
    enum ReadOutcome {
        case octets([UInt8])
        case end(ScriptedConversation.End)
        case timedOut
        case failed(String)
    }

    private var descriptor: Int32
    private var tls: ServerTLSSession?
    /// How many octets TLS has put onto the wire.
    private var delivered = 0
    private var room = [UInt8](repeating: 0, count: 16 << 10)

    /// Takes the ownership of a non-blocking descriptor.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var on: Int32 = 1
        // Holds: `on` is a local that outlives the call.
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        release()
    }

    /// Whether octets go through TLS.
    var isSecured: Bool { tls != nil }

    /// What was seen of the client's handshake; nil without one.
    var handshake: ServerHandshake? { tls?.recorder.seen ?? lastHandshake }

    private var lastHandshake: ServerHandshake?

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
        guard let tls else { return readPlain() }
        let outcome = tls.read(into: &room)
        // An alert, or the answer to a change of keys.
        _ = deliver(until: Deadline(in: .seconds(1), Deadline.Stop()))
        return outcome
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
        guard let tls else { return writePlain(octets[...], until: deadline) }
        for start in stride(from: 0, to: octets.count, by: Self.pieceSize) {
            let piece = octets[start..<min(start + Self.pieceSize, octets.count)]
            if let trouble = tls.write(piece) { return "the client closed while it was sent to: \(trouble)" }
            if let trouble = deliver(until: deadline) { return trouble }
        }
        return nil
    }

    /// Writes octets onto the wire, beneath TLS where there is any.
    func writeBeneathTLS(_ octets: [UInt8], until deadline: Deadline) -> String? {
        writePlain(octets[...], until: deadline)
    }

    private func writePlain(_ octets: ArraySlice<UInt8>, until deadline: Deadline) -> String? {
        var rest = octets
        while !rest.isEmpty {
            // Holds: the octets are lent for the call with their length.
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EAGAIN, errno != EINTR {
                return "the client closed while it was sent to (errno \(errno))"
            } else if !deadline.wait(for: descriptor, POLLOUT) {
                return "the client did not take \(rest.count) of \(octets.count) octets in time"
            }
        }
        return nil
    }

    /// Puts what TLS wrote onto the wire, as the settings say.
    private func deliver(until deadline: Deadline) -> String? {
        guard let tls else { return nil }
        let octets = tls.takeWritten()
        guard !octets.isEmpty else { return nil }
        let before = delivered
        delivered += octets.count
        switch tls.identity.settings.delivery {
        case .whole:
            return writePlain(octets[...], until: deadline)
        case .pieces(let size, let pause):
            for start in stride(from: 0, to: octets.count, by: max(size, 1)) {
                if let trouble = writePlain(octets[start..<min(start + max(size, 1), octets.count)], until: deadline) {
                    return trouble
                }
                if pause > .zero { Deadline(in: pause, deadline.stop).sleep() }
            }
            return nil
        case .stalls(let limit):
            return writePlain(octets.prefix(max(limit - before, 0)), until: deadline)
        case .closes(let limit):
            let trouble = writePlain(octets.prefix(max(limit - before, 0)), until: deadline)
            if delivered >= limit { shutdown(descriptor, Int32(SHUT_WR)) }
            return before >= limit ? nil : trouble
        case .resets(let limit):
            if let trouble = writePlain(octets.prefix(max(limit - before, 0)), until: deadline) { return trouble }
            guard delivered >= limit else { return nil }
            reset()
            return "the server reset the connection as it was told to"
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
        let made: ServerTLSSession
        do throws(TestTLSError) {
            made = try ServerTLSSession(identity, descriptor: descriptor)
        } catch {
            return "no TLS session: \(error)"
        }
        tls = made
        while true {
            let outcome = made.handshake()
            if let trouble = deliver(until: deadline) { return trouble }
            switch outcome {
            case .done: return nil
            case .wantsRead: break
            case .closed: return "the client closed during the TLS handshake"
            case .failed(let reasons): return "the TLS handshake failed: \(reasons)"
            }
            guard deadline.wait(for: descriptor, POLLIN) else { return "the TLS handshake did not end in time" }
        }
    }

    /// What the client sends in plaintext though TLS was to begin, until it closes, at most 64 KiB: what is no record of TLS.
    func readPlaintextBehindHandshake(until deadline: Deadline) -> ArraySlice<UInt8> {
        var read = tls?.recorder.received ?? []
        let limit = read.count + 64 << 10
        while read.count < limit, descriptor >= 0 {
            switch readPlain() {
            case .octets(let octets): read += octets
            case nil:
                guard deadline.wait(for: descriptor, POLLIN) else { return TLSRecords.rest(of: read) }
            case .end, .timedOut, .failed: return TLSRecords.rest(of: read)
            }
        }
        return TLSRecords.rest(of: read)
    }

    /// Sends octets and behind them a fatal alert, together; says what went wrong, nil for nothing.
    func writeAndBreakOff(_ octets: [UInt8], until deadline: Deadline) -> String? {
        guard let tls else { return "there is no TLS to break off" }
        if let trouble = tls.write(octets[...]) { return trouble }
        tls.breakOff()
        return deliver(until: deadline)
    }

    /// Asks the client to negotiate anew and sees what comes of it; says what went wrong, nil for nothing.
    ///
    /// - Parameter keep: gets what the client sends meanwhile.
    func renegotiate(until deadline: Deadline, _ keep: ([UInt8]) -> Void) -> String? {
        guard let tls else { return "there is no TLS to negotiate anew" }
        if let trouble = tls.askToRenegotiate() ?? deliver(until: deadline) { return trouble }
        let hellos = tls.recorder.hellos
        while tls.recorder.seen.renegotiation == nil {
            let outcome = readNow()
            if tls.recorder.hellos > hellos, tls.isBetweenHandshakes { tls.recorder.seen.renegotiation = .done }
            switch outcome {
            case .octets(let octets): keep(octets)
            case .end: tls.recorder.seen.renegotiation = .closed
            // no_renegotiation (RFC 5246 §7.2.2), which OpenSSL's server takes for the end.
            case .failed: tls.recorder.seen.renegotiation = tls.recorder.seen.alerts.contains(100) ? .refused : .closed
            case .timedOut, nil:
                if tls.recorder.seen.renegotiation == nil, !deadline.wait(for: descriptor, POLLIN) {
                    tls.recorder.seen.renegotiation = .ignored
                }
            }
        }
        return nil
    }

    /// Changes the keys on both sides; says what went wrong, nil for nothing.
    func updateKeys(until deadline: Deadline) -> String? {
        guard let tls else { return "there is no TLS to change the keys of" }
        return tls.updateKeys() ?? deliver(until: deadline)
    }

    /// Says that nothing more will be sent; reading goes on.
    ///
    /// - Parameter isTruncated: whether TLS's end mark is left out.
    func endWriting(isTruncated: Bool = false) {
        if !isTruncated {
            tls?.endWriting()
            _ = deliver(until: Deadline(in: .seconds(1), Deadline.Stop()))
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
        lastHandshake = handshake
        tls = nil
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Octets that go through TLS before they are put onto the wire.
    private static let pieceSize = 256 << 10
}
