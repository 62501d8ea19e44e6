internal import Glibc
import Octets

/// Where the server and the client of a fixture keep step: neither goes on before the other has come as far.
final class Rendezvous: Sendable {
    private struct Values {
        var captures = FixtureCaptures()
        var hasEnded = false
        var whenEnded: (@Sendable () -> Void)?
    }

    /// The client's steps that the server has not seen: a pipe with an octet for each.
    private let entrance: Int32
    private let exit: Int32
    private let values = Lock(Values())

    init() throws(ScriptFailure) {
        var ends: [Int32] = [-1, -1]
        // Holds: the array has room for the two.
        guard unsafe pipe(&ends) == 0 else { throw ScriptFailure("no pipe (errno \(errno))") }
        exit = ends[0]
        entrance = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(entrance, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(entrance)
        close(exit)
    }

    // MARK: The client

    /// The client did a step.
    func clientDidStep() {
        var octet: UInt8 = 1
        // Holds: one octet, which outlives the call. Fixtures have fewer steps than a pipe has room.
        _ = unsafe write(entrance, &octet, 1)
    }

    /// Runs `body` once the server has played its part or given up; at once where it has.
    func whenServerEnds(_ body: @escaping @Sendable () -> Void) {
        let isOver = values.withLock { values in
            if !values.hasEnded { values.whenEnded = body }
            return values.hasEnded
        }
        if isOver { body() }
    }

    // MARK: The server

    /// Waits for one step of the client; false where it did not come in time.
    func waitForClient(until deadline: Deadline) -> Bool {
        guard deadline.wait(for: exit, POLLIN) else { return false }
        var octet: UInt8 = 0
        // Holds: one octet, which outlives the call.
        return unsafe read(exit, &octet, 1) == 1
    }

    /// The server has played its part or given up. Only the first time counts.
    func serverDidEnd() {
        let body = values.withLock { values in
            values.hasEnded = true
            defer { values.whenEnded = nil }
            return values.whenEnded
        }
        body?()
    }

    /// What the server has captured so far.
    var captures: FixtureCaptures {
        get { values.withLock { $0.captures } }
        set { values.withLock { $0.captures = newValue } }
    }
}
