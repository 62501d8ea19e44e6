import IMAP4
import MailTransport
import Octets
import POP3
import SASL
import SMTP

/// A client of one of the protocols.
enum AnyMailClient: Sendable {
    case smtp(SMTPClient)
    case pop3(POP3Client)
    case imap4(IMAP4Client)

    /// What TLS agreed on.
    var tlsInformation: TLSInformation? {
        get async {
            switch self {
            case .smtp(let client): await client.tlsInformation
            case .pop3(let client): await client.tlsInformation
            case .imap4(let client): await client.tlsInformation
            }
        }
    }

    /// The smallest command that needs an answer.
    func noop() async throws {
        switch self {
        case .smtp(let client): _ = try await client.noop()
        case .pop3(let client): _ = try await client.noop()
        case .imap4(let client): try await client.noop()
        }
    }

    /// Logs in as the scripts of `ProtocolOverTLS` expect it.
    func authenticate() async throws {
        let credential = Credential.password(user: "fred", Secret(ProtocolOverTLS.password))
        switch self {
        case .smtp(let client): _ = try await client.authenticate(credential)
        case .pop3(let client): _ = try await client.authenticate(credential)
        case .imap4(let client): _ = try await client.authenticate(credential)
        }
    }

    /// Whether a greeting is known that can be believed.
    var hasGreeting: Bool {
        get async {
            switch self {
            case .smtp(let client): await client.greeting != nil
            case .pop3(let client): await client.greeting != nil
            case .imap4(let client): await client.greeting != nil
            }
        }
    }
}
