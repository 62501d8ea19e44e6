/// What a mail domain says about where its users' mail is read and sent.
public struct DiscoveredAccount: Sendable {
    /// The domain that was asked, in lower case.
    public let domain: String
    /// The servers, in the order in which they should be tried, reading and sending mixed: see `access` and `submission`.
    public let services: [DiscoveredService]
    /// The services that the domain says it does not offer (a record with the target `.`).
    public let notOffered: Set<MailService>
    /// The services that no name server gave an answer about, with the reason: what there is may be incomplete.
    public let unanswered: [MailService: TransportError]

    /// The servers to read mail from. IMAP and POP3 stand in the domain's order of preference, and an account should stay with the protocol
    /// it began with (RFC 6186 §4).
    public var access: [DiscoveredService] { services.filter { $0.service.kind != .submission } }

    /// The servers to send mail to.
    public var submission: [DiscoveredService] { services.filter { $0.service.kind == .submission } }
}
