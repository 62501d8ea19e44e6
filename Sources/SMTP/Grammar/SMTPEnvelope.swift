/// Who sends a message to whom, apart from what its header says (RFC 5321 §2.3.1).
public struct SMTPEnvelope: Sendable, Hashable {
    /// Who is told when delivery fails.
    public var from: ReversePath
    /// Who is to receive it, in the order RCPT names them.
    ///
    /// Servers take at least 100 (RFC 5321 §4.5.3.1.8); there is no limit here.
    public var to: [ForwardPath]

    /// An envelope from `from` to each of `to`.
    public init(from: ReversePath, to: [ForwardPath]) {
        self.from = from
        self.to = to
    }

    /// Whether an address can only be sent under SMTPUTF8 (RFC 6531).
    public var needsSMTPUTF8: Bool {
        from.mailbox?.needsSMTPUTF8 == true || to.contains { $0.mailbox?.needsSMTPUTF8 == true }
    }
}
