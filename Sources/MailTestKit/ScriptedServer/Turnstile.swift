internal import Glibc

/// Lets a server wait until its client has come as far in the fixture as the server: a pipe with an octet a step.
final class Turnstile: Sendable {
    private let entrance: Int32
    private let exit: Int32

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

    /// The client did a step.
    func pass() {
        var octet: UInt8 = 1
        // Holds: one octet, which outlives the call. Fixtures have fewer steps than a pipe has room.
        _ = unsafe write(entrance, &octet, 1)
    }

    /// Waits for one step of the client; false where it did not come in time.
    func wait(until deadline: Deadline) -> Bool {
        guard deadline.wait(for: exit, POLLIN) else { return false }
        var octet: UInt8 = 0
        // Holds: one octet, which outlives the call.
        return unsafe read(exit, &octet, 1) == 1
    }
}
