package import Octets
package import SASL

/// The name a caller gives a command, so that it knows which events answer it.
package struct CommandHandle: Sendable, Hashable {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }
}

/// What a caller asks of the session.
package struct IMAP4Command: Sendable {
    /// The name events refer to; a caller uses each once.
    package let handle: CommandHandle
    package let kind: Kind

    package init(_ handle: CommandHandle, _ kind: Kind) {
        self.handle = handle
        self.kind = kind
    }

    package enum Kind: Sendable {
        case capability
        case noop
        case logout
        case startTLS
        /// The strongest mechanism that both sides have, or LOGIN where the server names none.
        case authenticate(Credential)
        case login(user: String, Secret)
        case list(reference: MailboxName, pattern: [UInt8])
        case create(MailboxName)
        case status(MailboxName, [StatusItem])
        case select(MailboxName, readOnly: Bool)
        case close
        case unselect
        case append(MailboxName, flags: [Flag], date: IMAP4DateTime?, size: UInt64)
        /// The next octets of the message that the APPEND of this handle announced.
        case appendOctets([UInt8])
        case fetch(UIDSet, [FetchItem])
        case search([SearchKey])
        case store(UIDSet, FlagChange, silently: Bool)
        case copy(UIDSet, MailboxName)
        case move(UIDSet, MailboxName)
        case expunge
        case expungeUIDs(UIDSet)
        case idle
        /// Ends the IDLE of this handle.
        case done

        /// The verb as errors name it.
        package var verb: String {
            switch self {
            case .capability: "CAPABILITY"
            case .noop: "NOOP"
            case .logout: "LOGOUT"
            case .startTLS: "STARTTLS"
            case .authenticate: "AUTHENTICATE"
            case .login: "LOGIN"
            case .list: "LIST"
            case .create: "CREATE"
            case .status: "STATUS"
            case .select(_, let readOnly): readOnly ? "EXAMINE" : "SELECT"
            case .close: "CLOSE"
            case .unselect: "UNSELECT"
            case .append, .appendOctets: "APPEND"
            case .fetch: "UID FETCH"
            case .search: "UID SEARCH"
            case .store: "UID STORE"
            case .copy: "UID COPY"
            case .move: "UID MOVE"
            case .expunge: "EXPUNGE"
            case .expungeUIDs: "UID EXPUNGE"
            case .idle: "IDLE"
            case .done: "DONE"
            }
        }
    }
}
