internal import Octets

/// A mail transaction under way: from MAIL to the answer to its end (RFC 5321 §3.3).
struct Transaction: Sendable {
    /// Who sends to whom.
    let envelope: SMTPEnvelope
    /// Encodes the message; nil after it met what cannot be sent, so that a message with a hole can never be ended.
    var encoder: DataEncoder?
    /// Whether the server took MAIL.
    var isSenderAccepted = false
    /// The answers to RCPT, in order.
    private(set) var recipients: [RecipientResult] = []
    /// How many of them are acceptances.
    private(set) var acceptedCount = 0
    /// Why the transaction has failed, once it is known.
    var verdict: SMTPError?
    /// Whether the end of the message was given out to be sent.
    var isEnded = false

    /// A transaction before MAIL.
    init(_ envelope: SMTPEnvelope, encoder: DataEncoder) {
        self.envelope = envelope
        self.encoder = encoder
    }

    /// Notes the answer to the next RCPT.
    mutating func note(_ result: RecipientResult) {
        recipients.append(result)
        if result.isAccepted { acceptedCount += 1 }
    }

    /// What is known about the message if the connection ends now.
    var acceptance: SMTPAcceptance {
        verdict?.acceptance ?? (isEnded ? .unknown : .notSent)
    }

    /// What the answers to MAIL and RCPT come to; nil while the transaction may go on, and before all have come.
    func envelopeVerdict(_ policy: PartialAcceptance) -> SMTPError? {
        if let verdict { return verdict }
        guard recipients.count == envelope.to.count else { return nil }
        let refused = recipients.filter { !$0.isAccepted }
        guard let first = refused.first, acceptedCount == 0 || policy == .allOrNone else { return nil }
        let isTransient = refused.contains { $0.reply.code.severity == .transientNegative }
        return SMTPError(
            .recipientsRefused, command: "RCPT", reply: first.reply,
            acceptance: isTransient ? .refusedForNow : .refusedForGood, recipients: recipients,
            connectionIsUsable: true,
            "\(refused.count) of \(recipients.count) refused")
    }
}
