public import MailTransport

extension IMAP4Client {
    /// How a client connects and behaves.
    public struct Configuration: Sendable {
        /// How connections are made, secured and traced.
        public var transport = TransportConfiguration()
        /// How much a server may make the client hold.
        public var limits = IMAP4Limits()
        /// The broken forms of responses that are accepted.
        public var quirks = IMAP4Quirks.standard
        /// Whether a password may be sent over a connection without TLS; false by default.
        public var allowsPasswordInPlaintext = false
        /// How long the greeting may take; 60 seconds by default.
        public var greetingTimeout: Duration = .seconds(60)
        /// How long a whole reply to a command may take, whatever arrives meanwhile; 60 seconds by default.
        public var replyTimeout: Duration = .seconds(60)
        /// How long nothing may arrive of a stream of messages, or leave of a message that is appended; 60 seconds by
        /// default.
        public var stallTimeout: Duration = .seconds(60)
        /// How long IDLE may wait for an event; nil, the default, for ever.
        public var idleTimeout: Duration?
        /// How long one IDLE lasts before it is ended and begun anew, so that neither server nor routers on the way
        /// give the connection up (RFC 2177 §3 wants less than 29 minutes); 9 minutes by default, 28 minutes at most.
        public var idleRenewal: Duration = .seconds(9 * 60)

        /// The defaults.
        public init() {}
    }

    /// The registered port for `security`: 993 (RFC 8314 §7.2) or 143 (RFC 3501 §2.1).
    static func port(for security: Endpoint.Security) -> UInt16 {
        switch security {
        case .tls: 993
        case .startTLS, .plaintext: 143
        }
    }
}
