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
            case certificateNameMismatch, certificateUntrusted, certificateSelfSigned, certificateRevoked
            case certificateWeak, certificateNotPinned, certificateAuthorityInvalid, certificatePurposeInvalid
            case certificateNameConstraintViolated, certificateInvalid, revocationUnknown, stapleMissing, stapleInvalid
            case protocolVersion, downgraded, noApplicationProtocol, clientCertificateRequired, handshakeRefused
            case tlsFailed, tlsSettingsInvalid, clientIdentityUnreadable, clientKeyPasswordWrong, trustStoreUnreadable
            case descriptorsExhausted, invalidEndpoint, loopStopped, lineTooLong
            case permissionDenied, resourcesExhausted, serviceNotOffered
            case proxyRefused, proxyAuthenticationFailed, proxyProtocol
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
        /// A certificate of the server's chain is past its validity.
        public static let certificateExpired = Kind(value: .certificateExpired)
        /// A certificate of the server's chain is not valid yet.
        public static let certificateNotYetValid = Kind(value: .certificateNotYetValid)
        /// The certificate is for other names; `certificateNames` has them (RFC 9525).
        public static let certificateNameMismatch = Kind(value: .certificateNameMismatch)
        /// The certificate does not lead to a root that is trusted: the authority is unknown, or one in between is missing.
        public static let certificateUntrusted = Kind(value: .certificateUntrusted)
        /// The server's own certificate is signed by itself, and not one of the roots.
        public static let certificateSelfSigned = Kind(value: .certificateSelfSigned)
        /// A certificate was revoked.
        public static let certificateRevoked = Kind(value: .certificateRevoked)
        /// A certificate's key is too short, or its signature stands on a digest that is broken.
        public static let certificateWeak = Kind(value: .certificateWeak)
        /// None of the keys is pinned; `tls` has the pins that were seen.
        public static let certificateNotPinned = Kind(value: .certificateNotPinned)
        /// A certificate that signed another one may not do so (RFC 5280 §4.2.1.9, §4.2.1.3).
        public static let certificateAuthorityInvalid = Kind(value: .certificateAuthorityInvalid)
        /// A certificate is not for TLS servers (RFC 5280 §4.2.1.12).
        public static let certificatePurposeInvalid = Kind(value: .certificatePurposeInvalid)
        /// An authority signed for a name that it may not sign for (RFC 5280 §4.2.1.10).
        public static let certificateNameConstraintViolated = Kind(value: .certificateNameConstraintViolated)
        /// A certificate breaks another rule, such as a signature that does not hold.
        public static let certificateInvalid = Kind(value: .certificateInvalid)
        /// Revocation lists are to be asked, and the one that is needed is missing, out of date or not signed as it should be.
        public static let revocationUnknown = Kind(value: .revocationUnknown)
        /// The server must staple an answer on revocation, and did not (RFC 7633).
        public static let stapleMissing = Kind(value: .stapleMissing)
        /// What the server stapled does not prove that its certificate is good (RFC 6960).
        public static let stapleInvalid = Kind(value: .stapleInvalid)
        /// The two sides have no TLS version in common.
        public static let protocolVersion = Kind(value: .protocolVersion)
        /// Somebody on the way made the two sides agree on less than both can (RFC 8446 §4.1.3).
        public static let downgraded = Kind(value: .downgraded)
        /// The two sides have no application protocol in common (RFC 7301).
        public static let noApplicationProtocol = Kind(value: .noApplicationProtocol)
        /// The server demands a client certificate, and none was configured. Under TLS 1.3 this is known after the handshake.
        public static let clientCertificateRequired = Kind(value: .clientCertificateRequired)
        /// The server refused the handshake, or afterwards the client's certificate, with an alert; `tls` has it.
        public static let handshakeRefused = Kind(value: .handshakeRefused)
        /// TLS failed in another way.
        public static let tlsFailed = Kind(value: .tlsFailed)
        /// The settings of TLS cannot be used, such as a cipher suite that nobody knows.
        public static let tlsSettingsInvalid = Kind(value: .tlsSettingsInvalid)
        /// The client's certificate or key cannot be read, or the two do not belong together.
        public static let clientIdentityUnreadable = Kind(value: .clientIdentityUnreadable)
        /// The password of the client's key is wrong or missing.
        public static let clientKeyPasswordWrong = Kind(value: .clientKeyPasswordWrong)
        /// The certificates to trust, or the revocation lists, could not be read.
        public static let trustStoreUnreadable = Kind(value: .trustStoreUnreadable)
        /// The process or system has no descriptor left.
        public static let descriptorsExhausted = Kind(value: .descriptorsExhausted)
        /// A line is longer than the caller takes.
        public static let lineTooLong = Kind(value: .lineTooLong)
        /// The event loop was told to stop.
        public static let loopStopped = Kind(value: .loopStopped)
        /// The system does not allow it: a firewall, or the mode of a Unix-domain socket.
        public static let permissionDenied = Kind(value: .permissionDenied)
        /// The system has no memory, buffer or port left for it.
        public static let resourcesExhausted = Kind(value: .resourcesExhausted)
        /// The domain says that it does not offer the service (RFC 2782, RFC 7505).
        public static let serviceNotOffered = Kind(value: .serviceNotOffered)
        /// The proxy does not want to, or cannot, connect; `description` has its words, `proxyReplyCode` its number.
        public static let proxyRefused = Kind(value: .proxyRefused)
        /// The proxy demands authentication, or refused it.
        public static let proxyAuthenticationFailed = Kind(value: .proxyAuthenticationFailed)
        /// The proxy does not keep to its protocol, or speaks another.
        public static let proxyProtocol = Kind(value: .proxyProtocol)
        /// The host name, port or another argument cannot be used.
        public static let invalidEndpoint = Kind(value: .invalidEndpoint)
        /// A system call failed; `errorNumber` says how.
        public static let system = Kind(value: .system)

        /// The case's name.
        public var description: String { value.rawValue }
    }

    /// What happened.
    public var kind: Kind { story.kind }
    /// What was being done: a phase such as `connect`, or a system call.
    public var during: String { story.during }
    /// The whole story in a sentence.
    public var description: String { story.description }
    /// The system's error number, where there is one.
    public var errorNumber: Int32? { story.errorNumber }
    /// What TLS found wrong; nil where it was something else.
    public var tls: TLSDiagnosis? { story.tls }
    /// The proxy's reply code or HTTP status, where it gave one.
    public var proxyReplyCode: Int? { story.proxyReplyCode }

    /// The names the certificate is for, where they were not the one asked for.
    public var certificateNames: [String] { tls?.certificateNames ?? [] }

    /// What an error says. One word where it is handed around: every task that may fail keeps room for its error.
    private final class Story: Sendable {
        let kind: Kind
        let during: String
        let description: String
        let errorNumber: Int32?
        let tls: TLSDiagnosis?
        let proxyReplyCode: Int?

        init(
            _ kind: Kind, _ during: String, _ description: String, _ errorNumber: Int32?, _ tls: TLSDiagnosis?,
            _ proxyReplyCode: Int?
        ) {
            self.kind = kind
            self.during = during
            self.description = description
            self.errorNumber = errorNumber
            self.tls = tls
            self.proxyReplyCode = proxyReplyCode
        }
    }
    private let story: Story

    /// An error of `kind` that happened `during` a phase, told by `description`.
    public init(
        _ kind: Kind, during: String, _ description: String, errorNumber: Int32? = nil, tls: TLSDiagnosis? = nil,
        proxyReplyCode: Int? = nil
    ) {
        story = Story(kind, during, description, errorNumber, tls, proxyReplyCode)
    }

    /// An error of the kind that `errno` means, `subject` saying to or from whom.
    init(errno code: Int32, during: String, subject: String = "") {
        let kind: Kind =
            switch code {
            case ECONNREFUSED: .connectionRefused
            case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET, EADDRNOTAVAIL, ENODEV, ENXIO, EAFNOSUPPORT:
                .unreachable
            // A path that leads nowhere: the name of a Unix-domain socket.
            case ENOENT, ENOTDIR: .hostNotFound
            case ETIMEDOUT: .timedOut
            case ECONNRESET, EPIPE, ECONNABORTED, ENETRESET, ESHUTDOWN, ENOTCONN: .connectionReset
            case EMFILE, ENFILE: .descriptorsExhausted
            case ENOBUFS, ENOMEM, ENOSPC, EAGAIN: .resourcesExhausted
            case EACCES, EPERM: .permissionDenied
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
