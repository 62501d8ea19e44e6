import COpenSSL
import Glibc
import Testing

@testable import MailTransport

/// OpenSSL's way to the socket: how much it takes at a time, and what it says of the end.
@Suite struct TLSSocketTests {
    /// A session over one end of a pair of sockets; the test has the other.
    @safe final class Pair {
        let socket: TLSSocket
        let other: Int32
        private let own: Int32
        private let context: OpaquePointer
        private let session: OpaquePointer

        init() throws {
            var ends: [Int32] = [-1, -1]
            // Holds: the array has room for the two; context and session are freed in deinit alone.
            try #require(
                unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
            own = ends[0]
            other = ends[1]
            socket = TLSSocket(ends[0])
            unsafe context = try #require(SSL_CTX_new(TLS_client_method()))
            unsafe session = try #require(SSL_new(context))
            try #require(unsafe socket.attach(to: session))
        }

        deinit {
            unsafe SSL_free(session)
            unsafe SSL_CTX_free(context)
            close(own)
            close(other)
        }

        /// Reads until OpenSSL would be told to wait, or that it failed: the octets, and whether it may try again.
        func readAll(in piece: Int = 10_000) -> (octets: Int, mayRetry: Bool) {
            var total = 0
            var room = [UInt8](repeating: 0, count: piece)
            let way = unsafe SSL_get_rbio(session)
            while true {
                // Holds: the room is as long as is said, and the way is the session's.
                let count = unsafe BIO_read(way, &room, Int32(room.count))
                guard count > 0 else { return (total, unsafe BIO_test_flags(way, BIO_FLAGS_SHOULD_RETRY) != 0) }
                total += Int(count)
            }
        }

        func write(_ octets: [UInt8]) -> Int {
            // Holds: the octets are lent with their count.
            Int(unsafe BIO_write(SSL_get_wbio(session), octets, Int32(octets.count)))
        }

        /// Fills the socket from the other end with `count` octets, as far as there is room.
        func fill(_ count: Int) -> Int {
            let octets = [UInt8](repeating: 7, count: count)
            // Holds: the octets are lent with their count.
            return unsafe send(other, octets, count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
    }

    @Test func `no more than 256 KiB and a piece is taken in one turn, and the next goes on`() throws {
        let pair = try Pair()
        var size: Int32 = 1 << 20
        // Holds: the option is a local that outlives the call.
        _ = unsafe setsockopt(pair.other, SOL_SOCKET, SO_SNDBUFFORCE, &size, 4)
        _ = unsafe setsockopt(pair.other, SOL_SOCKET, SO_SNDBUF, &size, 4)
        var sent = 0
        while sent < 600_000 {
            let count = pair.fill(4_096)
            guard count > 0 else { break }
            sent += count
        }
        var total = 0
        while total < sent {
            pair.socket.beginTurn()
            let (octets, mayRetry) = pair.readAll()
            #expect(mayRetry)
            #expect(octets <= 256 * 1024 + 10_000)
            guard octets > 0 else { break }
            total += octets
        }
        #expect(total == sent)
        #expect(sent > 100_000)
    }

    @Test func `what was found empty is not read again within the turn`() throws {
        let pair = try Pair()
        pair.socket.beginTurn()
        #expect(pair.fill(10) == 10)
        #expect(pair.readAll() == (10, true))
        #expect(pair.fill(10) == 10)
        #expect(pair.readAll() == (0, true))
        pair.socket.beginTurn()
        #expect(pair.readAll() == (10, true))
    }

    @Test func `the end is no error, and no reason to try again`() throws {
        let pair = try Pair()
        shutdown(pair.other, Int32(SHUT_WR))
        pair.socket.beginTurn()
        #expect(pair.readAll() == (0, false))
        #expect(pair.socket.errorNumber == 0)
    }

    @Test func `a write to nobody is an error with its number, and no signal`() throws {
        let pair = try Pair()
        shutdown(pair.other, Int32(SHUT_RDWR))
        #expect(pair.write([1, 2, 3]) <= 0)
        #expect(pair.socket.errorNumber == EPIPE)
    }

    @Test func `a full socket is a reason to wait`() throws {
        let pair = try Pair()
        let piece = [UInt8](repeating: 1, count: 65_536)
        var written = 0
        while true {
            let count = pair.write(piece)
            guard count > 0 else { break }
            written += count
        }
        #expect(written > 0)
        #expect(pair.socket.errorNumber == 0)
    }
}
