internal import Glibc

/// One of a connection's two sockets. Confined to the proxy's thread.
final class ProxySide {
    enum ReadOutcome {
        case octets(Int)
        case nothing
        case end(DelayLine.End)
        /// TLS broke, for this reason.
        case failed(String)
    }

    enum WriteOutcome {
        case wrote(Int)
        case nothing
        case reset
    }

    private(set) var descriptor: Int32
    /// Whether the peer is on this machine.
    let isLocal: Bool
    private let isTCP: Bool

    /// Whether reading, and writing, is worth a try: until the kernel says that it is not.
    var isReadable = true
    var isWritable = true
    /// Whether the peer reset the connection, and all is read that it sent before: the kernel says it once.
    private(set) var isReset = false
    /// Whether writing met the reset.
    private(set) var isDeaf = false
    /// Whether the peer has said that it sends nothing more, while nobody reads.
    var hasHungUp = false

    /// TLS that is terminated here; nil where there is none.
    private let tls: ProxyTLSSession?
    /// What TLS wrote and the kernel did not take yet, and whether it is to leave in a segment of its own.
    private var outgoing: ArraySlice<UInt8> = []
    private var isOutgoingAlone = false
    /// Whether the stream ends behind what is outgoing, and whether it has.
    private var isEnding = false
    private var hasEnded = false
    private var sealed: [UInt8] = []

    /// Takes the ownership of a non-blocking descriptor.
    init(_ descriptor: Int32, isLocal: Bool, isTCP: Bool, tls: ProxyTLSSession?) {
        self.descriptor = descriptor
        self.tls = tls
        self.isLocal = isLocal
        self.isTCP = isTCP
        guard isTCP else { return }
        var on: Int32 = 1
        // Holds: `on` is a local that outlives the call.
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        close()
    }

    // MARK: Octets

    /// Reads into `room` what is there, out of TLS where there is any.
    func read(into room: inout [UInt8]) -> ReadOutcome {
        guard let tls else { return receive(into: &room) }
        while true {
            let outcome = tls.read(into: &room)
            // An alert, or the answer to a change of keys.
            collect(isAlone: false)
            switch outcome {
            case .octets(let count): return .octets(count)
            case .closed: return .end(.orderly)
            case .failed(let reason): return .failed(reason)
            case .wantsMore:
                if let end = feed(tls) { return end }
            }
        }
    }

    /// Writes what the kernel takes of `octets` in one call, through TLS where there is any.
    ///
    /// - Parameter isAlone: whether they leave in segments of their own, though the peer may take nothing now.
    func write(_ octets: ArraySlice<UInt8>, isAlone: Bool) -> WriteOutcome {
        guard let tls else { return transmit(octets, isAlone: isAlone) }
        guard !isDeaf else { return .reset }
        guard isFlushed, tls.write(octets) else { return .nothing }
        collect(isAlone: isAlone)
        return .wrote(octets.count)
    }

    /// Whether the kernel has all that was written, and the end.
    var isFlushed: Bool { outgoing.isEmpty && isEnding == hasEnded }

    /// Hands to the kernel what it takes of what is left.
    func flush() {
        while !outgoing.isEmpty, isWritable, !isDeaf {
            if case .wrote(let count) = transmit(outgoing, isAlone: isOutgoingAlone) {
                outgoing = outgoing.dropFirst(count)
            }
        }
        if isDeaf { outgoing = [] }
        guard isEnding, !hasEnded, outgoing.isEmpty, descriptor >= 0 else { return }
        shutdown(descriptor, Int32(SHUT_WR))
        hasEnded = true
    }

    // MARK: TLS

    enum HandshakeOutcome {
        case done
        case waiting
        case failed(String)
    }

    /// Goes on with the handshake, where there is one.
    func handshake() -> HandshakeOutcome {
        guard let tls else { return .done }
        while true {
            let outcome = tls.handshake()
            collect(isAlone: false)
            switch outcome {
            case .done: return .done
            case .failed(let reason): return .failed(reason)
            case .wantsMore:
                switch feed(tls) {
                case nil: continue
                case .nothing: return .waiting
                case .end(.reset): return .failed("reset during the handshake")
                default: return .failed("closed during the handshake")
                }
            }
        }
    }

    /// Gives TLS what came; nil for that, or why nothing did.
    private func feed(_ tls: ProxyTLSSession) -> ReadOutcome? {
        if sealed.isEmpty { sealed = [UInt8](repeating: 0, count: 16 << 10) }
        switch receive(into: &sealed) {
        case .octets(let count):
            tls.feed(sealed[..<count])
            return nil
        // Without TLS's end mark it is none.
        case .end(.orderly): return .end(.truncated)
        case let other: return other
        }
    }

    private func collect(isAlone: Bool) {
        guard let tls else { return }
        outgoing += tls.takeWritten()
        isOutgoingAlone = isAlone
        flush()
    }

    // MARK: The kernel

    private func receive(into room: inout [UInt8]) -> ReadOutcome {
        guard !isReset else { return .end(.reset) }
        while true {
            // Holds: the room is as long as is said, during the call.
            let count = unsafe recv(descriptor, &room, room.count, 0)
            if count > 0 { return .octets(count) }
            if count == 0, !isDeaf { return .end(.orderly) }
            switch count == 0 ? ECONNRESET : errno {
            case EINTR: continue
            case EAGAIN:
                isReadable = false
                return .nothing
            default:
                isReset = true
                isDeaf = true
                return .end(.reset)
            }
        }
    }

    private func transmit(_ octets: ArraySlice<UInt8>, isAlone: Bool) -> WriteOutcome {
        guard !isDeaf else { return .reset }
        // With its mark behind a piece the kernel joins nothing to it any more.
        let flags = Int32(MSG_NOSIGNAL) | (isAlone && isTCP ? Int32(MSG_EOR) : 0)
        while true {
            // Holds: the octets are lent for the call with their length.
            let count = unsafe octets.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, flags)
            }
            if count >= 0 { return .wrote(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                isWritable = false
                return .nothing
            default:
                // What came before it can still be read.
                isDeaf = true
                isReadable = true
                return .reset
            }
        }
    }

    // MARK: The end

    /// Says that nothing more will be written, behind what has been.
    ///
    /// - Parameter sendsCloseNotify: whether TLS's end mark goes in front, where there is TLS.
    func endWriting(sendsCloseNotify: Bool) {
        guard !isEnding else { return }
        if sendsCloseNotify {
            tls?.sendCloseNotify()
            collect(isAlone: false)
        }
        isEnding = true
        flush()
    }

    /// Closes with a TCP reset, which overtakes what the kernel has not sent.
    func reset() {
        guard descriptor >= 0 else { return }
        var option = linger(l_onoff: 1, l_linger: 0)
        // Holds: the option is a local that outlives the call.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    /// The error that the kernel holds for the socket, 0 for none.
    var pendingError: Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Holds: both are locals that outlive the call.
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    // MARK: What the kernel still has

    /// Whether all that was written has left as segments.
    var hasSentAll: Bool { queued(0x894B /* SIOCOUTQNSD */) == 0 }

    /// Whether the peer's kernel has acknowledged all that was written.
    var isAcknowledged: Bool { queued(0x5411 /* SIOCOUTQ */) == 0 }

    /// A number of octets that ioctl(2) tells; 0 where it tells none.
    private func queued(_ request: UInt) -> Int32 {
        guard isTCP, descriptor >= 0 else { return 0 }
        var count: Int32 = 0
        // Holds: both requests write an int, which outlives the call.
        return unsafe ioctl(descriptor, request, &count) == 0 ? count : 0
    }
}
