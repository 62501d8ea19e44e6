public import MailTransport

extension POP3Error {
    /// The transport's error, where the connection failed beneath the session.
    public var transport: TransportError? {
        underlying as? TransportError ?? (underlying as? POP3Error)?.transport
    }

    /// An error of the transport, during `command`.
    init(_ error: TransportError, command: String?) {
        let kind: Kind =
            switch error.kind {
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .closed: .connectionClosed
            case .truncated: .truncated
            case .plaintextAfterStartTLS: .plaintextAfterStartTLS
            default: .transport
            }
        self.init(kind, command: command, underlying: error)
    }
}
