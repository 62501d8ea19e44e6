public import Octets
public import SASL

/// What went wrong in a POP3 session.
public struct POP3Error: Error, Sendable, CustomStringConvertible {
    /// What happened.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case refused, serverClosing, malformedResponse, unexpectedResponse, limitExceeded, truncated
            case plaintextAfterStartTLS, tlsNotOffered, tlsRequired, authentication
            case invalidArgument, stateViolation, deletionsUnconfirmed
            case connectionClosed, transport, timedOut, cancelled
        }
        private let value: Value

        /// The server answered a command, or the connection, with `-ERR`.
        public static let refused = Kind(value: .refused)
        /// The server said `-ERR` without being asked: it is about to close the connection.
        public static let serverClosing = Kind(value: .serverClosing)
        /// The server sent what is not a response, or a listing that says nothing.
        public static let malformedResponse = Kind(value: .malformedResponse)
        /// The server sent a response that has no meaning at this place.
        public static let unexpectedResponse = Kind(value: .unexpectedResponse)
        /// The server sent more than the limits allow.
        public static let limitExceeded = Kind(value: .limitExceeded)
        /// The connection ended in the middle of a response: what was read of it is not the whole.
        public static let truncated = Kind(value: .truncated)
        /// Octets stood in plaintext behind the server's consent to STLS: somebody may be injecting them.
        public static let plaintextAfterStartTLS = Kind(value: .plaintextAfterStartTLS)
        /// TLS was asked for, and the server does not offer STLS.
        public static let tlsNotOffered = Kind(value: .tlsNotOffered)
        /// The command may not be sent before TLS is up.
        public static let tlsRequired = Kind(value: .tlsRequired)
        /// The authentication could not be begun or carried on; `sasl` says why.
        public static let authentication = Kind(value: .authentication)
        /// An argument that cannot be sent as it is: a control character, too long, not a message number.
        public static let invalidArgument = Kind(value: .invalidArgument)
        /// The command is not allowed now.
        public static let stateViolation = Kind(value: .stateViolation)
        /// Messages were marked as deleted, and the session ended without the server's word that they are.
        public static let deletionsUnconfirmed = Kind(value: .deletionsUnconfirmed)
        /// The server closed the connection without a word.
        public static let connectionClosed = Kind(value: .connectionClosed)
        /// The connection failed; `underlying` says how.
        public static let transport = Kind(value: .transport)
        /// The server did not answer in time, or sent nothing for too long.
        public static let timedOut = Kind(value: .timedOut)
        /// The calling task was cancelled.
        public static let cancelled = Kind(value: .cancelled)

        /// The name of the kind.
        public var description: String { value.rawValue }
    }

    /// What happened.
    public let kind: Kind
    /// The verb of the command it happened in, such as `RETR`; nil where it was none.
    public let command: String?
    /// The server's own words, where it had any.
    public let response: POP3Response?
    /// Whether the server's words came before TLS, although TLS was asked for: anybody on the way could have written them, so that
    /// they must not be shown as the server's (RFC 2595 §4).
    public internal(set) var responseIsUntrusted = false
    /// What is known about messages that were marked as deleted before this happened.
    ///
    /// `none` where the session can go on: then QUIT will tell.
    public internal(set) var deletions: DeletionOutcome
    /// Whether the session can go on with another command.
    public internal(set) var connectionIsUsable: Bool
    /// The circumstances in a few words; holds no secret.
    public let detail: String
    /// What lies beneath: a `GrammarError`, a `SASLError`, another `POP3Error` or the transport's error.
    public let underlying: (any Error)?

    init(
        _ kind: Kind, command: String? = nil, response: POP3Response? = nil, deletions: DeletionOutcome = .none,
        connectionIsUsable: Bool = false, _ detail: String = "", underlying: (any Error)? = nil
    ) {
        self.kind = kind
        self.command = command
        self.response = response
        self.deletions = deletions
        self.connectionIsUsable = connectionIsUsable
        self.detail = detail
        self.underlying = underlying
    }

    /// The response code the server gave as its reason, where it gave one.
    public var responseCode: POP3ResponseCode? { response?.responseCode }

    /// The rule and the place, where the kind is `malformedResponse` or `invalidArgument`.
    public var grammar: GrammarError? { underlying as? GrammarError }

    /// Why the authentication failed, where the kind is `authentication`.
    public var sasl: SASLError? { underlying as? SASLError }

    /// Whether the same request may succeed later, in another session where this one is over.
    ///
    /// A message number means another message there.
    public var mayRetry: Bool {
        if let known = responseCode?.mayRetry { return known }
        switch kind {
        case .serverClosing, .truncated, .connectionClosed, .transport, .timedOut: return true
        default: return false
        }
    }

    /// What happened, in which command, in whose words; fit for a terminal.
    public var description: String {
        var text = command.map { "\($0): \(kind)" } ?? "\(kind)"
        if !detail.isEmpty { text += ", \(detail)" }
        if let response { text += responseIsUntrusted ? ", somebody said before TLS: \(response)" : ": \(response)" }
        if let underlying { text += " (\(underlying))" }
        if case .unconfirmed(let count) = deletions { text += "; \(count) deletions unconfirmed" }
        return text
    }
}
