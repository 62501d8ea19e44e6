/// Whom a message goes to and who hears when it does not arrive, taken from its header fields.
///
/// This is what a mail user agent submits (RFC 5321 §2.3.1); anything that relays has an envelope of its own.
public struct MessageEnvelope: Sendable, Hashable {
    /// The reverse-path; nil for the null one, `<>`.
    public var reversePath: AddressSpecification?

    /// The recipients in order, none twice. Not empty.
    public var recipients: [AddressSpecification]

    /// An envelope that the caller made up.
    ///
    /// - Throws: `noRecipient` for an empty list.
    public init(reversePath: AddressSpecification?, recipients: [AddressSpecification]) throws(RFC5322Error) {
        guard !recipients.isEmpty else { throw RFC5322Error(.noRecipient, "an envelope needs a recipient") }
        self.reversePath = reversePath
        var seen: Set<AddressSpecification> = []
        self.recipients = recipients.filter { seen.insert($0).inserted }
    }

    /// Whether the envelope can be sent without SMTPUTF8 (RFC 6531).
    public var isASCII: Bool { recipients.allSatisfy(\.isASCII) && reversePath?.isASCII ?? true }

    /// The envelope of `message`: the Sender or else the first From mailbox; the To, Cc and Bcc mailboxes. Where there are
    /// Resent fields, those of the uppermost block count instead (RFC 5322 §3.6.6).
    ///
    /// - Throws: `missingField` without Sender and From, `invalidAddress` where one of the fields holds something that is no
    ///   address, `noRecipient` where there is none.
    public init(of message: Message) throws(RFC5322Error) {
        let fields = Self.resentBlock(of: message.header)
        let isResent = !fields.isEmpty
        let all = isResent ? fields : Array(message.header)
        let sender = try Self.mailboxes(all, isResent ? .resentSender : .sender).first
        let author = try Self.mailboxes(all, isResent ? .resentFrom : .from).first
        guard let reversePath = sender ?? author else {
            throw RFC5322Error(.missingField, field: isResent ? .resentFrom : .from, "the message names no sender")
        }
        var recipients: [AddressSpecification] = []
        for name in isResent ? [.resentTo, .resentCc, .resentBcc] : [HeaderFieldName.to, .cc, .bcc] {
            recipients += try Self.mailboxes(all, name)
        }
        guard !recipients.isEmpty else { throw RFC5322Error(.noRecipient, "the message names no recipient") }
        try self.init(reversePath: reversePath, recipients: recipients)
    }

    /// The uppermost run of Resent fields: each resending puts its own block above the older ones.
    private static func resentBlock(of header: HeaderSection) -> [HeaderField] {
        var block: [HeaderField] = []
        var seen: Set<HeaderFieldName> = []
        for field in header {
            let name = field.name
            guard name.canonicalName.hasPrefix("resent-") else {
                if block.isEmpty { continue }
                break
            }
            guard seen.insert(name).inserted else { break }
            block.append(field)
        }
        return block
    }

    private static func mailboxes(
        _ fields: [HeaderField], _ name: HeaderFieldName
    ) throws(RFC5322Error) -> [AddressSpecification] {
        var found: [AddressSpecification] = []
        for field in fields where field.isNamed(name) {
            let addresses = field.readAddresses().value
            guard !addresses.holdsMalformed else {
                throw RFC5322Error(.invalidAddress, field: name, "the \(name) field holds something that is no address")
            }
            found += addresses.mailboxes.map(\.address)
        }
        return found
    }
}

extension Sequence<Address> {
    /// Whether something in the list is no address.
    var holdsMalformed: Bool {
        contains { address in
            switch address {
            case .mailbox: false
            case .group(let group): group.members.contains { if case .malformed = $0 { true } else { false } }
            case .malformed: true
            }
        }
    }
}
