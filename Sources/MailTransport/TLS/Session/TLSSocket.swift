import COpenSSL
import Glibc

/// The way between one TLS session and its socket, beneath OpenSSL; confined to the thread of its loop.
///
/// OpenSSL has a way of its own (`SSL_set_fd`). This one raises no SIGPIPE, keeps the error's number for whoever asks later, goes on
/// after EINTR, does not read again what was just found empty, and reads no more than `allowance` at a time: a peer that floods
/// with what is not data, such as tickets, would otherwise never let go of the loop.
@safe final class TLSSocket {
    private let descriptor: Int32
    /// Octets that may still be read before the others of the loop have their turn.
    private var allowance = 0
    /// Whether the socket gave less than there was room for: there is no more until it is ready again.
    private var isDrained = false
    private var isAtEnd = false
    /// The number of the error that the socket met last; 0 for none.
    private(set) var errorNumber: Int32 = 0
    /// The first octet that was read; nil before.
    private(set) var firstOctet: UInt8?

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Makes OpenSSL's session read and write here; false where there is no memory. This object must outlive the session.
    @unsafe func attach(to session: OpaquePointer) -> Bool {
        // Holds: the session owns the BIO and frees it; the pointer within is used in calls for the session alone.
        guard let method = unsafe OpaquePointer(bitPattern: Self.method), let way = unsafe BIO_new(method) else {
            return false
        }
        unsafe BIO_set_data(way, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(way, 1)
        unsafe SSL_set_bio(session, way, way)
        return true
    }

    /// The loop's turn begins, or the socket was found ready: reading makes sense again.
    func beginTurn() {
        allowance = Self.allowanceOfTurn
        isDrained = false
        errorNumber = 0
    }

    /// The octets that one call of OpenSSL's may take from the socket.
    private static let allowanceOfTurn = 256 * 1024

    // MARK: The BIO

    private enum Transfer {
        case done(Int)
        case mustWait
        case ended
    }

    private func read(into room: UnsafeMutablePointer<CChar>, _ count: Int) -> Transfer {
        guard !isDrained, allowance > 0 else { return .mustWait }
        while true {
            // Holds: OpenSSL gives the room with its size.
            let taken = unsafe recv(descriptor, room, count, 0)
            if taken > 0 {
                allowance -= taken
                if firstOctet == nil { firstOctet = unsafe UInt8(bitPattern: room.pointee) }
                isDrained = taken < count
                return .done(taken)
            }
            guard taken < 0 else {
                isAtEnd = true
                return .ended
            }
            guard errno != EINTR else { continue }
            isDrained = true
            return outcome(of: errno)
        }
    }

    private func write(_ octets: UnsafePointer<CChar>, _ count: Int) -> Transfer {
        while true {
            // Holds: OpenSSL gives the octets with their count.
            let given = unsafe send(descriptor, octets, count, Int32(MSG_NOSIGNAL))
            if given >= 0 { return .done(given) }
            guard errno != EINTR else { continue }
            return outcome(of: errno)
        }
    }

    private func outcome(of code: Int32) -> Transfer {
        if code == EAGAIN || code == EWOULDBLOCK { return .mustWait }
        errorNumber = code
        return .ended
    }

    private static func of(_ way: OpaquePointer?) -> TLSSocket? {
        // Holds: as `attach` says.
        guard let raw = unsafe BIO_get_data(way) else { return nil }
        return unsafe Unmanaged<TLSSocket>.fromOpaque(raw).takeUnretainedValue()
    }

    /// Tells OpenSSL how it went: 1 for octets that moved.
    @unsafe private static func report(
        _ transfer: Transfer, _ way: OpaquePointer?, _ moved: UnsafeMutablePointer<Int>?, retry: Int32
    ) -> Int32 {
        // Holds: OpenSSL gives the way and the room for the count, and both outlive the call.
        unsafe BIO_clear_flags(way, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_IO_SPECIAL | BIO_FLAGS_SHOULD_RETRY)
        switch transfer {
        case .done(let count):
            unsafe moved?.pointee = count
            return 1
        case .mustWait:
            unsafe BIO_set_flags(way, retry | BIO_FLAGS_SHOULD_RETRY)
            return 0
        case .ended:
            return 0
        }
    }

    /// The bits of the method that all these ways have, made at first use and never freed; 0 where there is no memory.
    private static let method: UInt = {
        // Holds: the method is filled in before anybody has it, and only read afterwards.
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket") else { return 0 }
        unsafe BIO_meth_set_read_ex(method) { way, room, count, moved in
            guard let socket = unsafe TLSSocket.of(way), let room = unsafe room else { return 0 }
            return unsafe report(socket.read(into: room, count), way, moved, retry: BIO_FLAGS_READ)
        }
        unsafe BIO_meth_set_write_ex(method) { way, octets, count, moved in
            guard let socket = unsafe TLSSocket.of(way), let octets = unsafe octets else { return 0 }
            return unsafe report(socket.write(octets, count), way, moved, retry: BIO_FLAGS_WRITE)
        }
        unsafe BIO_meth_set_ctrl(method) { way, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: 1
            case BIO_CTRL_EOF: unsafe TLSSocket.of(way)?.isAtEnd == true ? 1 : 0
            default: 0
            }
        }
        return UInt(bitPattern: method)
    }()
}
