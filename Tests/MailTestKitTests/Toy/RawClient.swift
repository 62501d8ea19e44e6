import Glibc

/// A blocking client in plaintext, for telling a scripted server what it should and should not hear.
final class RawClient {
    private let descriptor: Int32

    struct Failed: Error {}

    init(port: UInt16) throws {
        descriptor = try Self.connected(to: port)
    }

    /// A blocking socket that is connected to 127.0.0.1, and whose reads end after five seconds.
    static func connected(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // Holds: limit and address are locals that outlive the calls.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            Glibc.close(descriptor)
            throw Failed()
        }
        return descriptor
    }

    deinit {
        Glibc.close(descriptor)
    }

    func send(_ text: String) {
        let octets = Array(text.utf8)
        // Holds: the octets are lent for the call.
        _ = unsafe octets.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// What comes until `end` was seen, the stream ended or nothing came for five seconds.
    func read(until end: String = "\r\n") -> String {
        var seen = ""
        var room = [UInt8](repeating: 0, count: 4096)
        while !seen.utf8.elementsEqual(end.utf8), !seen.hasSuffix(end) {
            // Holds: the room is as long as is said.
            let count = unsafe recv(descriptor, &room, room.count, 0)
            guard count > 0 else { break }
            seen += String(decoding: room[..<count], as: UTF8.self)
        }
        return seen
    }

    func endWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Whether the next read meets a reset.
    func isReset() -> Bool {
        var octet: UInt8 = 0
        // Holds: one octet, which outlives the call.
        return unsafe recv(descriptor, &octet, 1, 0) < 0 && errno == ECONNRESET
    }
}
