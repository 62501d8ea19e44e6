import Glibc
import Synchronization

/// A blocking socket that sends and reads octets as they are.
final class RawPeer: Sendable {
    /// What came after the octets.
    enum Ending: Equatable {
        case endOfStream
        case reset
        /// Nothing, for as long as was waited.
        case silence
        /// As many octets as were asked for.
        case enough
    }

    private let number: Atomic<Int32>
    /// Whether a reset was met, of which the kernel tells once.
    private let wasReset = Atomic(false)

    var descriptor: Int32 { number.load(ordering: .relaxed) }

    /// A client of 127.0.0.1.
    init(port: UInt16) throws {
        number = Atomic(try RawClient.connected(to: port))
        setPatience(.seconds(60))
    }

    /// Takes the ownership of a connected descriptor.
    init(_ descriptor: Int32) {
        number = Atomic(descriptor)
        setPatience(.seconds(60))
    }

    deinit {
        close()
    }

    func close() {
        let number = number.exchange(-1, ordering: .relaxed)
        if number >= 0 { _ = Glibc.close(number) }
    }

    /// How long reading and writing waits.
    func setPatience(_ time: Duration) {
        let parts = time.components
        var limit = timeval(tv_sec: Int(parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        // Holds: the limit is a local that outlives the calls.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    /// Sends all octets; how many were taken before the peer was gone or patience ended.
    @discardableResult
    func send(_ octets: [UInt8]) -> Int {
        var sent = 0
        while sent < octets.count {
            // Holds: the octets are lent for the call with their length.
            let count = unsafe octets[sent...].withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                if errno == ECONNRESET || errno == EPIPE { wasReset.store(true, ordering: .relaxed) }
                return sent
            }
            sent += count
        }
        return sent
    }

    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    /// What comes until there are `limit` octets or something else.
    func read(_ limit: Int = .max) -> (octets: [UInt8], ending: Ending) {
        var octets: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while octets.count < limit {
            // Holds: the room is at least as long as is said.
            let count = unsafe recv(descriptor, &room, min(room.count, limit - octets.count), 0)
            if count > 0 {
                octets += room[..<count]
            } else if count == 0 {
                return (octets, wasReset.load(ordering: .relaxed) ? .reset : .endOfStream)
            } else if errno == EINTR {
                continue
            } else {
                return (octets, errno == EAGAIN ? .silence : .reset)
            }
        }
        return (octets, .enough)
    }

    /// The next `count` octets as text, fewer where the stream ends before.
    func text(_ count: Int) -> String { String(decoding: read(count).octets, as: UTF8.self) }

    func endWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        // Holds: the option is a local that outlives the call.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// How many TCP segments with octets came (tcpi_data_segs_in, RFC 4898).
    var segmentsIn: UInt32 {
        var room = [UInt32](repeating: 0, count: 64)
        var length = socklen_t(256)
        // Holds: the room is as long as is said. The field is at octet 152 of linux/tcp.h's structure.
        let code = unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), 11 /* TCP_INFO */, &room, &length)
        return code == 0 && length >= 156 ? room[38] : 0
    }
}
