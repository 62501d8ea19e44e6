import Glibc

/// An error number that a call fails with.
struct Fault: Sendable {
    let name: String
    let number: Int32

    static let all: [Fault] = [
        Fault(name: "ECONNRESET", number: ECONNRESET), Fault(name: "ECONNREFUSED", number: ECONNREFUSED),
        Fault(name: "ETIMEDOUT", number: ETIMEDOUT), Fault(name: "EHOSTUNREACH", number: EHOSTUNREACH),
        Fault(name: "ENETUNREACH", number: ENETUNREACH), Fault(name: "ENETDOWN", number: ENETDOWN),
        Fault(name: "EPIPE", number: EPIPE), Fault(name: "EMFILE", number: EMFILE),
        Fault(name: "ENFILE", number: ENFILE),
        Fault(name: "ENOMEM", number: ENOMEM), Fault(name: "ENOBUFS", number: ENOBUFS),
        Fault(name: "ENOSPC", number: ENOSPC),
        Fault(name: "EINTR", number: EINTR), Fault(name: "EAGAIN", number: EAGAIN), Fault(name: "EIO", number: EIO),
        Fault(name: "EADDRNOTAVAIL", number: EADDRNOTAVAIL), Fault(name: "EACCES", number: EACCES),
        Fault(name: "EPERM", number: EPERM), Fault(name: "ENOPROTOOPT", number: ENOPROTOOPT),
    ]

    /// Whether the session must go on as if nothing had happened, where the fault comes once.
    var isHarmless: Bool { [EINTR, EIO, ENOPROTOOPT].contains(number) }
}
