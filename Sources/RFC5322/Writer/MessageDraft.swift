/// A message to be written: a value to fill in, from which `message()` makes the octets.
///
/// What a caller puts in cannot begin a header field of its own: the types of the properties refuse CR, LF and NUL, and so does
/// `message()` for the subject.
///
/// ```swift
/// var draft = MessageDraft(
///     from: try MailboxAddress("Frédérique", "fred@example.org"), to: [try MailboxAddress("wilma@example.org")],
///     subject: "Grüße", text: "See you on Monday.")
/// draft.attachments.append(try Attachment(octets, mediaType: MediaType("image/png"), filename: "Büro.png"))
/// let message = try draft.message()
/// ```
public struct MessageDraft: Sendable {
    /// The authors; at least one.
    public var from: [MailboxAddress]
    /// Who sends it; needed where there are several authors (RFC 5322 §3.6.2).
    public var sender: MailboxAddress?
    /// Where answers are to go; empty for the authors.
    public var replyTo: [Address] = []
    /// The primary recipients.
    public var to: [Address]
    /// Others who are to read it.
    public var cc: [Address] = []
    /// Those who get it without the others knowing: in the envelope, and not in the message unless that is asked for.
    public var bcc: [Address] = []
    /// The subject; nil for no field.
    public var subject: String?
    /// When it was written; nil for the time it is built.
    public var date: DateTime?
    /// The identifier; nil for a new one that cannot be guessed, at the domain of the sender or first author.
    public var messageID: MessageID?
    /// The messages it answers.
    public var inReplyTo: [MessageID] = []
    /// The messages of the thread, the first one first.
    public var references: [MessageID] = []
    /// The plain text; line ends of any kind become CRLF, and one is added at the end where it is missing.
    public var text: String?
    /// The same as HTML; line ends as in `text`.
    public var html: String?
    /// What is sent along.
    public var attachments: [Attachment] = []
    /// Header fields beyond those above.
    public var additionalFields: [AdditionalField] = []

    /// A draft to be filled in further.
    public init(from: MailboxAddress, to: [MailboxAddress] = [], subject: String? = nil, text: String? = nil) {
        self.from = [from]
        self.to = to.map { .mailbox($0) }
        self.subject = subject
        self.text = text
    }

    /// The message, in lines that end in CRLF.
    ///
    /// Names and texts outside ASCII become encoded words, file names RFC 2231 parameters with encoded words beside them;
    /// header lines are folded at 78 octets; bodies are encoded where they cannot go as they are, so that no server needs
    /// 8BITMIME. Only an address outside ASCII (SMTPUTF8), or an attached message with 8-bit octets, is left as it is.
    ///
    /// - Parameter includingBcc: whether the Bcc field is written, for a copy that the sender keeps.
    /// - Throws: `missingField` without an author, or without a sender where there are several authors; `forbiddenCharacter`
    ///   for CR, LF or NUL in the subject; `invalidAddress` for something that was read and is no address; `tooLong`;
    ///   `unencodable` for an attached message that cannot be sent as it is.
    public func message(includingBcc: Bool = false) throws(RFC5322Error) -> Message {
        var generator = SystemRandomNumberGenerator()
        return Message(parsing: try octets(includingBcc: includingBcc, using: &generator))
    }

    /// The envelope to submit it with: the sender or first author, and the recipients of To, Cc and Bcc.
    ///
    /// - Throws: `missingField`, `invalidAddress` or `noRecipient`.
    public func envelope() throws(RFC5322Error) -> MessageEnvelope {
        try checkAuthors()
        let recipients = to + cc + bcc
        guard !recipients.holdsMalformed else {
            throw RFC5322Error(.invalidAddress, "the recipients hold something that is no address")
        }
        return try MessageEnvelope(
            reversePath: (sender ?? from.first)?.address, recipients: recipients.mailboxes.map(\.address))
    }

    func octets(
        includingBcc: Bool, using generator: inout some RandomNumberGenerator
    ) throws(RFC5322Error) -> [UInt8] {
        try checkAuthors()
        var fields = FieldWriter()
        try fields.write(.from, from)
        if let sender { try fields.write(.sender, [sender]) }
        try fields.write(.replyTo, replyTo)
        try fields.write(.to, to)
        try fields.write(.cc, cc)
        if includingBcc { try fields.write(.bcc, bcc) }
        if let subject { try fields.write(.subject, text: subject) }
        try fields.write(.date, token: (date ?? .now).description)
        try fields.write(.messageID, [try identifier(using: &generator)])
        try fields.write(.inReplyTo, inReplyTo)
        try fields.write(.references, references)
        for field in additionalFields { try fields.write(field.name, text: field.value) }
        try fields.write(.mimeVersion, token: "1.0")
        let entity = try entity(using: &generator)
        var octets = fields.octets
        octets.reserveCapacity(octets.count + entity.fields.octets.count + entity.body.count + 4)
        octets.append(contentsOf: entity.fields.octets)
        octets.append(contentsOf: "\r\n".utf8)
        octets.append(contentsOf: entity.body)
        if !entity.body.isEmpty, !octets.ends(with: "\r\n".utf8) { octets.append(contentsOf: "\r\n".utf8) }
        return octets
    }

    /// `from = "From:" (mailbox-list / address-list) CRLF`; of several authors one must be named as sender (RFC 5322 §3.6.2).
    private func checkAuthors() throws(RFC5322Error) {
        guard !from.isEmpty else { throw RFC5322Error(.missingField, field: .from, "a message needs an author") }
        guard from.count == 1 || sender != nil else {
            throw RFC5322Error(.missingField, field: .sender, "a message of several authors needs a sender")
        }
    }

    private func identifier(using generator: inout some RandomNumberGenerator) throws(RFC5322Error) -> MessageID {
        if let messageID { return messageID }
        let domain = (sender ?? from.first)?.address.domain ?? ""
        return try MessageID.unique(domain: domain, using: &generator)
    }

    private func entity(using generator: inout some RandomNumberGenerator) throws(RFC5322Error) -> Entity {
        var bodies: [Entity] = []
        if let text { bodies.append(try .text(text, .plainText)) }
        if let html { bodies.append(try .text(html, .html)) }
        if bodies.isEmpty, attachments.isEmpty { bodies.append(try .text("", .plainText)) }
        if bodies.count > 1 { bodies = [try .multipart("alternative", bodies, using: &generator)] }
        guard !attachments.isEmpty else { return bodies[0] }
        for attachment in attachments { bodies.append(try .attachment(attachment)) }
        return try .multipart("mixed", bodies, using: &generator)
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}
