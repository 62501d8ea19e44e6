import CGlibcExtras
import Glibc
import Testing

@testable import MailTransport

/// What the kernel is asked for.
@Suite struct SocketDescriptorTests {
    private func option(_ socket: SocketDescriptor, _ level: Int32, _ option: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Holds: both are locals that outlive the call.
        return unsafe getsockopt(socket.number, level, option, &value, &length) == 0 ? value : -1
    }

    private let tcp = Int32(IPPROTO_TCP)

    @Test(arguments: [AF_INET, AF_INET6]) func `the defaults are a mail client's`(family: Int32) throws {
        let socket = try SocketDescriptor.stream(family: family)
        #expect(option(socket, tcp, TCP_NODELAY) == 1)
        #expect(option(socket, SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(option(socket, tcp, TCP_KEEPIDLE) == 60)
        #expect(option(socket, tcp, TCP_KEEPINTVL) == 20)
        #expect(option(socket, tcp, TCP_KEEPCNT) == 3)
        #expect(option(socket, tcp, TCP_USER_TIMEOUT) == 120_000)
        #expect(fcntl(socket.number, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(socket.number, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func `each can be set, and left out`() throws {
        var options = SocketOptions()
        options.noDelay = false
        options.keepAlive?.idle = .seconds(7)
        options.keepAlive?.interval = .seconds(3)
        options.keepAlive?.count = 9
        options.userTimeout = .milliseconds(1500)
        var socket = try SocketDescriptor.stream(family: AF_INET, options)
        #expect(option(socket, tcp, TCP_NODELAY) == 0)
        #expect(option(socket, tcp, TCP_KEEPIDLE) == 7)
        #expect(option(socket, tcp, TCP_KEEPINTVL) == 3)
        #expect(option(socket, tcp, TCP_KEEPCNT) == 9)
        #expect(option(socket, tcp, TCP_USER_TIMEOUT) == 1500)
        options.keepAlive = nil
        options.userTimeout = nil
        socket = try SocketDescriptor.stream(family: AF_INET, options)
        #expect(option(socket, SOL_SOCKET, SO_KEEPALIVE) == 0)
        #expect(option(socket, tcp, TCP_USER_TIMEOUT) == 0)
    }

    @Test(arguments: [Duration.zero, .seconds(-5), .seconds(Int64.max), .seconds(Int64.min), .nanoseconds(1)])
    func `no duration whatever traps`(duration: Duration) throws {
        var options = SocketOptions()
        options.keepAlive?.idle = duration
        options.keepAlive?.interval = duration
        options.keepAlive?.count = .max
        options.userTimeout = duration
        let socket = try SocketDescriptor.stream(family: AF_INET, options)
        #expect((1...32767).contains(option(socket, tcp, TCP_KEEPIDLE)))
        #expect(option(socket, tcp, TCP_USER_TIMEOUT) >= 1)
    }

    @Test func `an interface that there is is bound to, and one that is none an error`() throws {
        var options = SocketOptions()
        for name in ["", "nosuch0", "a\0b", "an-interface-with-a-long-name"] {
            options.interface = name
            let error = #expect(throws: TransportError.self) { try SocketDescriptor.stream(family: AF_INET, options) }
            #expect([.invalidEndpoint, .unreachable, .permissionDenied].contains(error?.kind), "\(error as Any)")
        }
        options.interface = "lo"
        do {
            _ = try SocketDescriptor.stream(family: AF_INET, options)
        } catch {
            // Older kernels ask for a capability.
            #expect(error.kind == .permissionDenied)
        }
    }
}
