public import MailTransport

extension SMTPClient {
    /// How a client connects and behaves.
    public struct Configuration: Sendable {
        /// How connections are made, secured and traced.
        public var transport = TransportConfiguration()
        /// How the session behaves. Its `requiresTLS` is true for every endpoint with `startTLS`, whatever is set here.
        public var session = SMTPSession.Configuration()
        /// What the client calls itself in EHLO; nil for the address literal of the socket's local end.
        public var ehloArgument: EHLOArgument?
        /// How long answers may take.
        public var timeouts = SMTPTimeouts()

        /// The defaults.
        public init() {}
    }

    /// The registered port for `security`: 465 (RFC 8314 §7.3), 587 (RFC 6409 §3.1) or 25 (RFC 5321 §4.5.4.2).
    static func port(for security: Endpoint.Security) -> UInt16 {
        switch security {
        case .tls: 465
        case .startTLS: 587
        case .plaintext: 25
        }
    }
}
