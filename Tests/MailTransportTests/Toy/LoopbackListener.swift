import Glibc

/// A listening socket on 127.0.0.1 whose one connection is served by a closure on a thread of its own.
final class LoopbackListener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    /// Listens; `serve` gets each accepted descriptor, which is closed when it returns.
    init(connections: Int = 1, backlog: Int32 = 16, _ serve: @escaping @Sendable (Int32) -> Void) throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        descriptor = number
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Holds: the address is a local that outlives the calls.
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(number, pointer, length) | listen(number, backlog) | getsockname(number, pointer, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard code == 0 else { throw Failed() }
        guard connections > 0 else { return }
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(
            Body { [descriptor] in
                for _ in 0..<connections {
                    let accepted = accept(descriptor, nil, nil)
                    guard accepted >= 0 else { return }
                    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                    serve(accepted)
                    close(accepted)
                }
            })
        // Holds: the retain is taken back once, by the thread.
        _ = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        pthread_detach(thread)
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    struct Failed: Error {}

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

/// Writes all of `text`, waiting as long as it takes; false where the peer is gone.
@discardableResult
func write(_ text: String, to descriptor: Int32) -> Bool {
    var octets = Array(text.utf8)[...]
    while !octets.isEmpty {
        // Holds: the octets are lent for the call.
        let count = unsafe octets.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        octets = octets.dropFirst(count)
    }
    return true
}

/// Reads until `text` has been seen or the stream ends; what was read.
@discardableResult
func readUntil(_ text: String, from descriptor: Int32) -> String {
    var seen = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !seen.contains(text) {
        // Holds: the buffer is as long as is said.
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { break }
        seen += String(decoding: buffer[..<count], as: UTF8.self)
    }
    return seen
}
