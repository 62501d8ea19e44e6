public import Octets
public import SASL

/// What went wrong in an SMTP session, and what is known about the message because of it.
public struct SMTPError: Error, Sendable, CustomStringConvertible {
    /// What happened.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case refused, recipientsRefused, serverClosing, malformedReply, unexpectedReply, limitExceeded
            case plaintextAfterStartTLS, tlsNotOffered, tlsRequired, authentication
            case invalidArgument, invalidContent, extensionNotOffered, messageTooLarge, stateViolation
            case connectionClosed, transport, timedOut, cancelled
        }
        private let value: Value

        /// The server answered a command, or the connection, with 4yz or 5yz.
        public static let refused = Kind(value: .refused)
        /// No recipient was accepted, or not all where all were asked for.
        public static let recipientsRefused = Kind(value: .recipientsRefused)
        /// The server said that it closes the connection: 421, or 221 without QUIT.
        public static let serverClosing = Kind(value: .serverClosing)
        /// The server sent what is not a reply (RFC 5321 §4.2).
        public static let malformedReply = Kind(value: .malformedReply)
        /// The server sent a reply that has no meaning at this place.
        public static let unexpectedReply = Kind(value: .unexpectedReply)
        /// The server sent more than the limits allow.
        public static let limitExceeded = Kind(value: .limitExceeded)
        /// Octets stood in plaintext behind the server's consent to STARTTLS: somebody may be injecting them.
        public static let plaintextAfterStartTLS = Kind(value: .plaintextAfterStartTLS)
        /// TLS was asked for, and the server does not offer STARTTLS.
        public static let tlsNotOffered = Kind(value: .tlsNotOffered)
        /// The command may not be sent before TLS is up.
        public static let tlsRequired = Kind(value: .tlsRequired)
        /// The SASL exchange could not be begun or carried on; `sasl` says why.
        public static let authentication = Kind(value: .authentication)
        /// An argument that cannot be sent as it is: wrong syntax, a control character, too long.
        public static let invalidArgument = Kind(value: .invalidArgument)
        /// Message content that cannot be sent as it is: a line too long, a bare CR or LF where they are refused.
        public static let invalidContent = Kind(value: .invalidContent)
        /// The message needs an extension that the server does not offer.
        public static let extensionNotOffered = Kind(value: .extensionNotOffered)
        /// The message is larger than the server takes (RFC 1870).
        public static let messageTooLarge = Kind(value: .messageTooLarge)
        /// The command is not allowed now.
        public static let stateViolation = Kind(value: .stateViolation)
        /// The server closed the connection without a word.
        public static let connectionClosed = Kind(value: .connectionClosed)
        /// The connection failed; `underlying` says how.
        public static let transport = Kind(value: .transport)
        /// The server did not answer in time.
        public static let timedOut = Kind(value: .timedOut)
        /// The calling task was cancelled.
        public static let cancelled = Kind(value: .cancelled)

        /// The name of the kind.
        public var description: String { value.rawValue }
    }

    /// What happened.
    public let kind: Kind
    /// The verb of the command it happened in, such as `RCPT`; nil where it was none.
    ///
    /// What follows the end of the message counts to `DATA`.
    public internal(set) var command: String?
    /// The server's own words, where it had any.
    public internal(set) var reply: SMTPReply?
    /// Whether the server's words came before TLS, although TLS was asked for: anybody on the way could have written them, so that
    /// they must not be shown as the server's (RFC 3207 §6).
    public internal(set) var replyIsUntrusted = false
    /// What is known about the message of the transaction; `notSent` where there was none.
    public internal(set) var acceptance: SMTPAcceptance
    /// What was answered to each RCPT, as far as the answers came.
    public internal(set) var recipients: [RecipientResult]
    /// Whether the session can go on with another command.
    public internal(set) var connectionIsUsable: Bool
    /// The circumstances in a few words; holds no secret.
    public let detail: String
    /// What lies beneath: a `GrammarError`, a `SASLError` or the transport's error.
    public let underlying: (any Error)?

    init(
        _ kind: Kind, command: String? = nil, reply: SMTPReply? = nil, acceptance: SMTPAcceptance = .notSent,
        recipients: [RecipientResult] = [], connectionIsUsable: Bool = false, _ detail: String = "",
        underlying: (any Error)? = nil
    ) {
        self.kind = kind
        self.command = command
        self.reply = reply
        self.acceptance = acceptance
        self.recipients = recipients
        self.connectionIsUsable = connectionIsUsable
        self.detail = detail
        self.underlying = underlying
    }

    /// The rule and the place, where the kind is `malformedReply` or `invalidArgument`.
    public var grammar: GrammarError? { underlying as? GrammarError }

    /// Why the SASL exchange failed, where the kind is `authentication`.
    public var sasl: SASLError? { underlying as? SASLError }

    /// Whether the same request may succeed later, without the risk of a second copy.
    public var mayRetry: Bool {
        switch acceptance {
        case .refusedForNow: true
        case .refusedForGood, .unknown: false
        case .notSent:
            if let reply {
                reply.code.severity == .transientNegative
            } else {
                kind == .connectionClosed || kind == .transport || kind == .timedOut
            }
        }
    }

    /// What happened, in which command, in whose words; fit for a terminal.
    public var description: String {
        var text = command.map { "\($0): \(kind)" } ?? "\(kind)"
        if !detail.isEmpty { text += ", \(detail)" }
        if let reply { text += replyIsUntrusted ? ", somebody said before TLS: \(reply)" : ": \(reply)" }
        if let underlying { text += " (\(underlying))" }
        return acceptance == .unknown ? text + "; the server may have taken the message" : text
    }

    /// An argument that is not what its rule says.
    static func invalidArgument(_ command: String, _ error: GrammarError) -> SMTPError {
        SMTPError(.invalidArgument, command: command, connectionIsUsable: true, underlying: error)
    }
}
