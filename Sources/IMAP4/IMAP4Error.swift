public import Octets
public import SASL

/// What went wrong in an IMAP session.
public struct IMAP4Error: Error, Sendable, CustomStringConvertible {
    /// What happened.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case refused, rejectedSyntax, authenticationFailed, authentication, serverClosing
            case malformedResponse, unexpectedResponse, limitExceeded, plaintextAfterStartTLS, tlsNotOffered,
                tlsRequired
            case invalidArgument, extensionNotOffered, stateViolation, connectionClosed, transport, timedOut, cancelled
        }
        private let value: Value

        /// The server answered NO: it understood and would not.
        public static let refused = Kind(value: .refused)
        /// The server answered BAD: it did not understand, or the command is not allowed now.
        public static let rejectedSyntax = Kind(value: .rejectedSyntax)
        /// The server did not accept the credential.
        public static let authenticationFailed = Kind(value: .authenticationFailed)
        /// The SASL exchange could not be begun or carried on; `sasl` says why.
        public static let authentication = Kind(value: .authentication)
        /// The server said BYE.
        public static let serverClosing = Kind(value: .serverClosing)
        /// The server sent what is not a response (RFC 3501 §9); `grammar` says where.
        public static let malformedResponse = Kind(value: .malformedResponse)
        /// The server sent a response that has no meaning at this place.
        public static let unexpectedResponse = Kind(value: .unexpectedResponse)
        /// The server sent more than the limits allow.
        public static let limitExceeded = Kind(value: .limitExceeded)
        /// Octets stood in plaintext behind the server's consent to STARTTLS: somebody may be injecting them.
        public static let plaintextAfterStartTLS = Kind(value: .plaintextAfterStartTLS)
        /// TLS was asked for, and the server does not offer STARTTLS or refuses it.
        public static let tlsNotOffered = Kind(value: .tlsNotOffered)
        /// This may not happen before TLS is up.
        public static let tlsRequired = Kind(value: .tlsRequired)
        /// An argument that cannot be sent: wrong syntax, a NUL, an empty set.
        public static let invalidArgument = Kind(value: .invalidArgument)
        /// The server does not offer the extension this needs.
        public static let extensionNotOffered = Kind(value: .extensionNotOffered)
        /// The command is not allowed now, or its mailbox is not selected any more.
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
    /// The verb of the command it happened in, such as `SELECT`; nil where it was none.
    public let command: String?
    /// The server's own words, where it had any.
    public let reply: IMAP4Reply?
    /// Whether the server's words came before TLS, although TLS was asked for: anybody on the way could have written them, so that
    /// they must not be shown as the server's (RFC 3501 §11.1, RFC 3207 §6).
    public internal(set) var replyIsUntrusted = false
    /// Whether the session can go on with another command.
    public let connectionIsUsable: Bool
    /// The circumstances in a few words; holds no secret.
    public let detail: String
    /// What lies beneath: a `GrammarError`, an `IMAP4LimitExceeded`, a `SASLError` or the transport's error.
    public let underlying: (any Error)?

    package init(
        _ kind: Kind, command: String? = nil, reply: IMAP4Reply? = nil, connectionIsUsable: Bool = false,
        _ detail: String = "", underlying: (any Error)? = nil
    ) {
        self.kind = kind
        self.command = command
        self.reply = reply
        self.connectionIsUsable = connectionIsUsable
        self.detail = detail
        self.underlying = underlying
    }

    /// The rule and the place, where the kind is `malformedResponse`.
    public var grammar: GrammarError? { underlying as? GrammarError }

    /// The limit, where the kind is `limitExceeded`.
    public var limit: IMAP4LimitExceeded? { underlying as? IMAP4LimitExceeded }

    /// Why the SASL exchange failed, where the kind is `authentication`.
    public var sasl: SASLError? { underlying as? SASLError }

    /// Whether the same request may succeed later or on another connection.
    ///
    /// Of a command that changes something it is not known, after the connection was lost, whether the server carried
    /// it out.
    public var mayRetry: Bool {
        if case .word(let word) = reply?.code {
            return ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED"].contains(word)
        }
        return [.serverClosing, .connectionClosed, .transport, .timedOut].contains(kind)
    }

    /// What happened, in which command, in whose words; fit for a terminal.
    public var description: String {
        var text = command.map { "\($0): \(kind)" } ?? "\(kind)"
        if !detail.isEmpty { text += ", \(detail)" }
        if let reply { text += replyIsUntrusted ? ", somebody said before TLS: \(reply)" : ": \(reply)" }
        if let underlying { text += " (\(underlying))" }
        return text
    }
}

extension IMAP4Error {
    /// A response that cannot be read ends the connection.
    init(_ fault: ResponseFault) {
        switch fault {
        case .malformed(let error): self.init(.malformedResponse, underlying: error)
        case .tooLarge(let error): self.init(.limitExceeded, underlying: error)
        }
    }

    /// Our own mistake in an argument of `command`: nothing was sent.
    static func invalidArgument(_ command: String, _ detail: String) -> IMAP4Error {
        IMAP4Error(.invalidArgument, command: command, connectionIsUsable: true, detail)
    }

    /// Our own mistake in the order of commands: nothing was sent.
    static func stateViolation(_ command: String, _ detail: String) -> IMAP4Error {
        IMAP4Error(.stateViolation, command: command, connectionIsUsable: true, detail)
    }
}
