/// A service that a mail domain may offer to its users (RFC 6186, RFC 8314).
public enum MailService: Sendable, Hashable, CaseIterable {
    /// Message submission with TLS from the first octet (RFC 8314 §5.1).
    case submissions
    /// Message submission that is upgraded by STARTTLS.
    case submission
    /// IMAP with TLS from the first octet.
    case imaps
    /// IMAP that is upgraded by STARTTLS.
    case imap
    /// POP3 with TLS from the first octet.
    case pop3s
    /// POP3 that is upgraded by STLS.
    case pop3

    /// What is spoken, whatever secures it.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// Message submission (RFC 6409).
        case submission
        /// IMAP4.
        case imap
        /// POP3.
        case pop3
    }

    /// What is spoken.
    public var kind: Kind {
        switch self {
        case .submissions, .submission: .submission
        case .imaps, .imap: .imap
        case .pop3s, .pop3: .pop3
        }
    }

    /// How it is secured: TLS at once, or an upgrade that must succeed.
    public var security: Endpoint.Security {
        switch self {
        case .submissions, .imaps, .pop3s: .tls
        case .submission, .imap, .pop3: .startTLS
        }
    }

    /// The service's name in SRV records and certificates, without the underscore.
    public var label: String {
        switch self {
        case .submissions: "submissions"
        case .submission: "submission"
        case .imaps: "imaps"
        case .imap: "imap"
        case .pop3s: "pop3s"
        case .pop3: "pop3"
        }
    }

    /// The registered port.
    public var port: UInt16 {
        switch self {
        case .submissions: 465
        case .submission: 587
        case .imaps: 993
        case .imap: 143
        case .pop3s: 995
        case .pop3: 110
        }
    }
}
