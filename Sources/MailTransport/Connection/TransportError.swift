import CGlibcExtras
import Glibc

/// Why a connection could not be made or did not last.
public struct TransportError: Error, Sendable, CustomStringConvertible {
    /// What happened.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case hostNotFound, resolutionFailed, connectionRefused, unreachable, timedOut, cancelled, closed, truncated
            case connectionReset, plaintextAfterStartTLS, plaintextInsteadOfTLS, certificateExpired,
                certificateNotYetValid
            case certificateNameMismatch, certificateUntrusted, certificateRevoked, certificateInvalid
            case protocolVersion, handshakeRefused, tlsFailed, trustStoreUnreadable, descriptorsExhausted,
                invalidEndpoint, loopStopped, lineTooLong
            case system
        }
        private let value: Value

        /// The name does not exist.
        public static let hostNotFound = Kind(value: .hostNotFound)
        /// The resolver could not answer.
        public static let resolutionFailed = Kind(value: .resolutionFailed)
        /// Nobody listens at the port, at every address that was tried.
        public static let connectionRefused = Kind(value: .connectionRefused)
        /// No route to the host or network.
        public static let unreachable = Kind(value: .unreachable)
        /// A deadline passed; `during` says which.
        public static let timedOut = Kind(value: .timedOut)
        /// The calling task was cancelled.
        public static let cancelled = Kind(value: .cancelled)
        /// The connection is closed.
        public static let closed = Kind(value: .closed)
        /// The stream ended without TLS's end mark (close_notify): what was read may be cut short.
        public static let truncated = Kind(value: .truncated)
        /// The peer reset the connection.
        public static let connectionReset = Kind(value: .connectionReset)
        /// Octets arrived in plaintext after the server agreed to TLS: somebody may have put them there (RFC 3207 §6).
        public static let plaintextAfterStartTLS = Kind(value: .plaintextAfterStartTLS)
        /// The port does not speak TLS.
        public static let plaintextInsteadOfTLS = Kind(value: .plaintextInsteadOfTLS)
        /// The certificate, or one above it, is past its validity.
        public static let certificateExpired = Kind(value: .certificateExpired)
        /// The certificate, or one above it, is not valid yet.
        public static let certificateNotYetValid = Kind(value: .certificateNotYetValid)
        /// The certificate is for other names; `certificateNames` has them.
        public static let certificateNameMismatch = Kind(value: .certificateNameMismatch)
        /// The certificate does not lead to a root that is trusted.
        public static let certificateUntrusted = Kind(value: .certificateUntrusted)
        /// The certificate was revoked.
        public static let certificateRevoked = Kind(value: .certificateRevoked)
        /// The certificate breaks another rule.
        public static let certificateInvalid = Kind(value: .certificateInvalid)
        /// The two sides have no TLS version in common.
        public static let protocolVersion = Kind(value: .protocolVersion)
        /// The server refused the handshake with an alert.
        public static let handshakeRefused = Kind(value: .handshakeRefused)
        /// TLS failed in another way.
        public static let tlsFailed = Kind(value: .tlsFailed)
        /// The certificates to trust could not be read.
        public static let trustStoreUnreadable = Kind(value: .trustStoreUnreadable)
        /// The process or system has no descriptor left.
        public static let descriptorsExhausted = Kind(value: .descriptorsExhausted)
        /// A line is longer than the caller takes.
        public static let lineTooLong = Kind(value: .lineTooLong)
        /// The event loop was told to stop.
        public static let loopStopped = Kind(value: .loopStopped)
        /// The host name or port cannot be used.
        public static let invalidEndpoint = Kind(value: .invalidEndpoint)
        /// A system call failed; `errorNumber` says how.
        public static let system = Kind(value: .system)

        /// The case's name.
        public var description: String { value.rawValue }
    }

    /// What happened.
    public let kind: Kind
    /// What was being done: a phase such as `connect`, or a system call.
    public let during: String
    /// The whole story in a sentence.
    public let description: String
    /// The system's error number, where there is one.
    public let errorNumber: Int32?
    /// The names the certificate is for, where they were not the one asked for.
    public let certificateNames: [String]

    /// An error of `kind` that happened `during` a phase, told by `description`.
    public init(
        _ kind: Kind, during: String, _ description: String, errorNumber: Int32? = nil, certificateNames: [String] = []
    ) {
        self.kind = kind
        self.during = during
        self.description = description
        self.errorNumber = errorNumber
        self.certificateNames = certificateNames
    }

    /// An error of the kind that `errno` means, `subject` saying to or from whom.
    init(errno code: Int32, during: String, subject: String = "") {
        let kind: Kind =
            switch code {
            case ECONNREFUSED: .connectionRefused
            case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL: .unreachable
            case ETIMEDOUT: .timedOut
            case ECONNRESET, EPIPE, ECONNABORTED: .connectionReset
            case EMFILE, ENFILE: .descriptorsExhausted
            default: .system
            }
        let place = subject.isEmpty ? during : "\(during) \(subject)"
        self.init(kind, during: during, "\(place): \(Self.text(of: code))", errorNumber: code)
    }

    /// The system's words for an error number.
    static func text(of code: Int32) -> String {
        // Holds: the description is a static text, or NULL for a number that nobody knows.
        guard let text = unsafe mailwire_error_text(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }

    /// The connection ended because the task was cancelled.
    package static func cancelled(during phase: String) -> TransportError {
        TransportError(.cancelled, during: phase, "\(phase) was cancelled")
    }

    /// `phase` did not end within `limit`.
    package static func timedOut(during phase: String, after limit: Duration) -> TransportError {
        TransportError(.timedOut, during: phase, "\(phase) did not end within \(limit)")
    }

    /// The connection is closed already.
    package static func closed(during phase: String) -> TransportError {
        TransportError(.closed, during: phase, "the connection is closed")
    }

    /// The loop that the connection lives on was told to stop.
    static func loopStopped(during phase: String) -> TransportError {
        TransportError(.loopStopped, during: phase, "\(phase): the event loop was stopped")
    }
}
