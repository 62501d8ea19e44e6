internal import Glibc

/// One of a connection's two sockets. Confined to the proxy's thread.
final class ProxySide {
    enum ReadOutcome {
        case octets(Int)
        case nothing
        case end(DelayLine.End)
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
    /// Whether the peer reset the connection: the kernel says it once.
    private(set) var isReset = false
    /// Whether the peer has said that it sends nothing more, while nobody reads.
    var hasHungUp = false

    /// Takes the ownership of a non-blocking descriptor.
    init(_ descriptor: Int32, isLocal: Bool, isTCP: Bool) {
        self.descriptor = descriptor
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

    /// Reads into `room` what is there.
    func read(into room: inout [UInt8]) -> ReadOutcome {
        guard !isReset else { return .end(.reset) }
        while true {
            // Holds: the room is as long as is said, during the call.
            let count = unsafe recv(descriptor, &room, room.count, 0)
            if count > 0 { return .octets(count) }
            if count == 0 { return .end(.orderly) }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                isReadable = false
                return .nothing
            default:
                isReset = true
                return .end(.reset)
            }
        }
    }

    /// Writes what the kernel takes of `octets`, in one call.
    ///
    /// - Parameter isAlone: whether they leave in segments of their own, though the peer may take nothing now.
    func write(_ octets: ArraySlice<UInt8>, isAlone: Bool) -> WriteOutcome {
        guard !isReset else { return .reset }
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
                isReset = true
                return .reset
            }
        }
    }

    // MARK: The end

    /// Says that nothing more will be written.
    func endWriting() {
        guard descriptor >= 0 else { return }
        shutdown(descriptor, Int32(SHUT_WR))
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
