import Glibc
import Testing

@testable import MailTransport

/// What the kernel's numbers mean to a caller.
@Suite struct TransportErrorTests {
    @Test(arguments: [
        (ECONNREFUSED, TransportError.Kind.connectionRefused), (EHOSTUNREACH, .unreachable),
        (ENETUNREACH, .unreachable),
        (ENETDOWN, .unreachable), (EHOSTDOWN, .unreachable), (EADDRNOTAVAIL, .unreachable),
        (EAFNOSUPPORT, .unreachable),
        (ENODEV, .unreachable), (ETIMEDOUT, .timedOut), (ECONNRESET, .connectionReset), (EPIPE, .connectionReset),
        (ECONNABORTED, .connectionReset), (ENETRESET, .connectionReset), (ENOTCONN, .connectionReset),
        (ESHUTDOWN, .connectionReset),
        (EMFILE, .descriptorsExhausted), (ENFILE, .descriptorsExhausted), (ENOBUFS, .resourcesExhausted),
        (ENOMEM, .resourcesExhausted), (ENOSPC, .resourcesExhausted), (EAGAIN, .resourcesExhausted),
        (EACCES, .permissionDenied),
        (EPERM, .permissionDenied), (ENOENT, .hostNotFound), (EBADF, .system), (EINVAL, .system), (99_999, .system),
    ])
    func `each number has a kind, and stays readable`(code: Int32, kind: TransportError.Kind) {
        let error = TransportError(errno: code, during: "connect", subject: "[::1]:25")
        #expect(error.kind == kind)
        #expect(error.errorNumber == code)
        #expect(error.during == "connect")
        #expect(error.description.hasPrefix("connect [::1]:25: "))
        #expect(error.description.utf8.count > "connect [::1]:25: ".utf8.count)
    }
}
