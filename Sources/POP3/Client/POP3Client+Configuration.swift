public import MailTransport

extension POP3Client {
    /// How a client connects and behaves.
    public struct Configuration: Sendable {
        /// How connections are made, secured and traced.
        public var transport = TransportConfiguration()
        /// How the session behaves. Its `requiresTLS` is true for every endpoint with `startTLS`, whatever is set here.
        public var session = POP3Session.Configuration()
        /// How long answers may take.
        public var timeouts = POP3Timeouts()

        /// The defaults.
        public init() {}
    }

    /// The registered port for `security`: 995 (RFC 8314 §7.2) or 110 (RFC 1939 §3).
    static func port(for security: Endpoint.Security) -> UInt16 {
        switch security {
        case .tls: 995
        case .startTLS, .plaintext: 110
        }
    }
}
