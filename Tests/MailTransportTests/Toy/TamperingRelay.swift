import Glibc

/// Somebody on the way: passes octets on both ways, the client's first piece changed.
struct TamperingRelay {
    /// Where the client connects to.
    var port: UInt16 { listener.port }

    private let listener: LoopbackListener

    /// Stands between one client and the server at `target`.
    init(to target: UInt16, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]) throws {
        listener = try LoopbackListener { client in
            let server = Self.connect(to: target)
            guard server >= 0 else { return }
            defer { close(server) }
            var isFirst = true
            while true {
                var ends = [
                    pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: server, events: Int16(POLLIN), revents: 0),
                ]
                // Holds: the array has the two.
                guard unsafe poll(&ends, 2, 30_000) > 0 else { return }
                if ends[0].revents != 0 {
                    guard var octets = Self.read(client) else { return }
                    if isFirst { octets = change(octets) }
                    isFirst = false
                    guard Self.write(octets, to: server) else { return }
                }
                if ends[1].revents != 0 {
                    guard let octets = Self.read(server), Self.write(octets, to: client) else { return }
                }
            }
        }
    }

    private static func connect(to port: UInt16) -> Int32 {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        // Holds: the address is a local that outlives the call.
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if code != 0 { close(number) }
        return code == 0 ? number : -1
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // Holds: the buffer is as long as is said.
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    private static func write(_ octets: [UInt8], to descriptor: Int32) -> Bool {
        // Holds: the octets are lent with their count.
        unsafe send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL)) == octets.count
    }
}
