import CGlibcExtras
import Glibc

/// The kernel's set of watched descriptors, and one of its own by which a sleeping thread is woken.
final class EpollSet: Sendable {
    private let epoll: Int32
    private let wakeUp: Int32

    init() throws(TransportError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw TransportError(errno: errno, during: "epoll_create1") }
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeUp >= 0 else {
            let code = errno
            _ = close(epoll)
            throw TransportError(errno: code, during: "eventfd")
        }
        let code = control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue, Self.wakeUpMark)
        guard code == 0 else {
            _ = close(wakeUp)
            _ = close(epoll)
            throw TransportError(errno: code, during: "epoll_ctl")
        }
    }

    deinit {
        _ = close(wakeUp)
        _ = close(epoll)
    }

    /// Begins to watch `descriptor`; the error number, 0 for none.
    func add(_ descriptor: Int32, _ readiness: Readiness, generation: UInt32) -> Int32 {
        control(EPOLL_CTL_ADD, descriptor, readiness.mask, Self.mark(descriptor, generation))
    }

    /// Changes what `descriptor` is watched for; the error number, 0 for none.
    func modify(_ descriptor: Int32, _ readiness: Readiness, generation: UInt32) -> Int32 {
        control(EPOLL_CTL_MOD, descriptor, readiness.mask, Self.mark(descriptor, generation))
    }

    /// Watches `descriptor` no more.
    func remove(_ descriptor: Int32) {
        _ = control(EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    /// Waits `timeout` milliseconds at most, -1 for ever, and tells `body` the descriptors that are ready with their generations.
    ///
    /// - Parameter octetsRead: what came in since the last wait, by which `waiting` chooses how to wait.
    func wait(
        _ events: inout [epoll_event], timeout: Int32, _ waiting: inout Waiting, octetsRead: Int, _ awake: () -> Void,
        _ body: (Int32, UInt32) -> Void
    ) {
        let count =
            unsafe timeout == 0 ? ask(&events, timeout: 0) : wait(&events, timeout: timeout, &waiting, octetsRead)
        awake()
        for index in 0..<Int(max(count, 0)) {
            // Holds: every registration stored its mark as u64.
            let mark = unsafe events[index].data.u64
            guard mark != Self.wakeUpMark else {
                drainWakeUp()
                continue
            }
            body(Int32(truncatingIfNeeded: mark & 0xFFFF_FFFF), UInt32(truncatingIfNeeded: mark >> 32))
        }
    }

    private func wait(
        _ events: inout [epoll_event], timeout: Int32, _ waiting: inout Waiting, _ octetsRead: Int
    ) -> Int32 {
        let began = MonotonicTime.now.nanoseconds
        switch waiting.next(octetsRead: octetsRead) {
        case .asleep: break
        case .afterNap: usleep(Waiting.nap)
        case .awake:
            repeat {
                let count = unsafe ask(&events, timeout: 0)
                guard count == 0 else {
                    waiting.endedAwake()
                    return count
                }
                // Whoever is to send the answer may need this processor.
                sched_yield()
            } while MonotonicTime.now.nanoseconds - began < waiting.awakeLimit
        }
        let count = unsafe ask(&events, timeout: timeout)
        waiting.endedAsleep(after: MonotonicTime.now.nanoseconds - began)
        return count
    }

    private func ask(_ events: inout [epoll_event], timeout: Int32) -> Int32 {
        // Holds: `events` has room for the number given and outlives the call.
        unsafe epoll_wait(epoll, &events, Int32(events.count), timeout)
    }

    /// Ends a wait that is going on, or the next one.
    func wake() {
        var one: UInt64 = 1
        // Holds: `one` is eight octets, which is what an eventfd takes. A full counter wakes the loop as well; but a wake-up that is
        // lost to a signal would leave the loop asleep for good.
        while unsafe write(wakeUp, &one, 8) < 0, errno == EINTR {}
    }

    private func drainWakeUp() {
        var count: UInt64 = 0
        // Holds: `count` is eight octets, which is what an eventfd gives.
        _ = unsafe read(wakeUp, &count, 8)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ mask: UInt32, _ mark: UInt64) -> Int32 {
        // Holds: `event` is a local that outlives the call, its mark stored as u64.
        var event = unsafe epoll_event(events: mask, data: epoll_data_t(u64: mark))
        return unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : errno
    }

    private static func mark(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    private static let wakeUpMark = UInt64.max
}

extension Readiness {
    fileprivate var mask: UInt32 {
        (contains(.readable) ? EPOLLIN.rawValue : 0) | (contains(.writable) ? EPOLLOUT.rawValue : 0)
    }
}
