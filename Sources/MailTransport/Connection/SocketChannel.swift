import Glibc
import Octets

/// The octets of one connection, in plaintext or through TLS; confined to the thread of its loop.
final class SocketChannel {
    /// What reading got.
    enum ReadOutcome {
        /// So many octets; `mayHaveMore` is false where the socket is known to be drained.
        case octets(Int, mayHaveMore: Bool)
        case wouldBlock
        case endOfStream
        case failed(TransportError)
    }

    /// What writing got done.
    enum WriteOutcome {
        case wrote(Int)
        case wouldBlock
        case failed(TransportError)
    }

    let socket: SocketDescriptor
    private(set) var tls: TLSSession?
    private var isHandshaking = false
    /// Whether the first octet that TLS reads must still be seen to begin a record.
    private var mustBeRecord = false

    init(_ socket: SocketDescriptor) {
        self.socket = socket
    }

    /// Whether octets go through TLS.
    var isSecured: Bool { tls != nil && !isHandshaking }

    /// Begins TLS over what was plaintext so far.
    ///
    /// - Parameter isUpgrade: whether plaintext was spoken before, so that any octet that waits already is somebody's injection.
    func beginTLS(_ plan: TLSPlan, isUpgrade: Bool) throws(TransportError) {
        if isUpgrade {
            var octet: UInt8 = 0
            if peek(&octet) > 0 { throw Self.plaintextAfterStartTLS }
            mustBeRecord = true
        }
        tls = try TLSSession(plan, descriptor: socket.number)
        isHandshaking = true
    }

    /// Goes on with the handshake; `.done` when it is over.
    func handshake() -> TLSSession.Outcome {
        guard let tls else { return .failed(.closed(during: "TLS handshake")) }
        let outcome = tls.handshake()
        // Looked at in what TLS did read: to peek before it reads would miss what arrives in between.
        if mustBeRecord, let first = tls.firstOctet {
            // TLSPlaintext.type: 22 handshake, 21 alert (RFC 8446 §5.1). A server begins with nothing else.
            guard first == 22 || first == 21 else { return .failed(Self.plaintextAfterStartTLS) }
            mustBeRecord = false
        }
        if case .done = outcome { isHandshaking = false }
        return outcome
    }

    /// Reads into the spare room of `buffer`.
    func read(into buffer: inout ReceiveBuffer, atLeast room: Int) -> ReadOutcome {
        var outcome = ReadOutcome.wouldBlock
        // Holds: the room is only used inside the closure.
        unsafe buffer.fill(atLeast: room) { room in
            outcome = unsafe tls.map { tls in unsafe self.read(tls, into: room) } ?? self.readPlain(into: room)
            if case .octets(let count, _) = outcome { return count }
            return 0
        }
        return outcome
    }

    private func readPlain(into room: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        while true {
            // Holds: the room is valid for its own count during the call.
            let count = unsafe recv(socket.number, room.baseAddress, room.count, 0)
            if count > 0 { return .octets(count, mayHaveMore: count == room.count) }
            if count == 0 { return .endOfStream }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN || code == EWOULDBLOCK { return .wouldBlock }
            return .failed(TransportError(errno: code, during: "receive"))
        }
    }

    private func read(_ tls: TLSSession, into room: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        var total = 0
        tls.beginTurn()
        // One record at a time comes out; the room is filled before anybody is told.
        while total < room.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[total...])
            switch unsafe tls.read(into: rest) {
            case .done(let count):
                total += count
                continue
            case .wantsRead, .wantsWrite:
                return total > 0 ? .octets(total, mayHaveMore: false) : .wouldBlock
            case .endOfStream:
                return total > 0 ? .octets(total, mayHaveMore: true) : .endOfStream
            case .failed(let error):
                // What came before the fault is handed on first; the session tells of it as often as it is asked.
                return total > 0 ? .octets(total, mayHaveMore: true) : .failed(error)
            }
        }
        return .octets(total, mayHaveMore: true)
    }

    /// Writes from the start of `octets`, which is not empty.
    func write(_ octets: UnsafeRawBufferPointer) -> WriteOutcome {
        if let tls {
            switch unsafe tls.write(octets) {
            case .done(let count): return .wrote(count)
            case .wantsRead, .wantsWrite: return .wouldBlock
            case .endOfStream: return .failed(.closed(during: "send"))
            case .failed(let error): return .failed(error)
            }
        }
        while true {
            // Holds: the octets are valid for their own count during the call.
            let count = unsafe send(socket.number, octets.baseAddress, octets.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .wrote(count) }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN || code == EWOULDBLOCK { return .wouldBlock }
            return .failed(TransportError(errno: code, during: "send"))
        }
    }

    /// Says goodbye where TLS is up and `saysGoodbye`, and closes.
    func close(saysGoodbye: Bool) {
        if saysGoodbye, isSecured { tls?.sendCloseNotify() }
        tls = nil
        socket.close()
    }

    /// The first octet that waits in the socket, left there; how many were seen, negative for none or an error.
    private func peek(_ octet: inout UInt8) -> Int {
        while true {
            // Holds: the one octet outlives the call.
            let count = unsafe recv(socket.number, &octet, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            // A signal must not make it look as if nothing waited.
            if count >= 0 || errno != EINTR { return count }
        }
    }

    private static let plaintextAfterStartTLS = TransportError(
        .plaintextAfterStartTLS, during: "TLS upgrade",
        "octets arrived in plaintext after the server agreed to TLS; somebody on the way may have put them there")
}
