public import Octets
public import RFC5322

extension SMTPEnvelope {
    /// The envelope that a message's header gives.
    ///
    /// - Throws: for an address that RFC 5322 allows and RFC 5321 does not, such as one with a domain literal of
    ///   another form.
    public init(_ envelope: MessageEnvelope) throws(GrammarError) {
        self.init(from: .null, to: [])
        if let path = envelope.reversePath { from = try ReversePath(path.description) }
        for recipient in envelope.recipients { to.append(ForwardPath(try SMTPMailbox(recipient.description))) }
    }
}
