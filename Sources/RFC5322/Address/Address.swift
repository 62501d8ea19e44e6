/// `address = mailbox / group` (RFC 5322 §3.4), or what stood in place of one.
public enum Address: Sendable, Hashable {
    /// One mailbox.
    case mailbox(MailboxAddress)
    /// A named group of mailboxes.
    case group(AddressGroup)
    /// Something that is no address; only reading makes it, and it cannot be sent.
    case malformed(MalformedAddress)

    /// The mailbox named `displayName` at the address that `address` spells.
    ///
    /// - Throws: `forbiddenCharacter` or `invalidAddress`.
    public static func mailbox(_ displayName: String?, _ address: String) throws(RFC5322Error) -> Address {
        .mailbox(try MailboxAddress(displayName, address))
    }

    /// The mailbox without a name at the address that `address` spells.
    ///
    /// - Throws: `forbiddenCharacter` or `invalidAddress`.
    public static func mailbox(_ address: String) throws(RFC5322Error) -> Address {
        .mailbox(try MailboxAddress(address))
    }
}

/// `group = display-name ":" [group-list] ";"` (RFC 5322 §3.4).
public struct AddressGroup: Sendable, Hashable {
    /// The name of the group.
    public let displayName: String

    /// Its members; none in a group that hides its recipients. Never groups.
    public let members: [Address]

    /// A group of `members` named `displayName`.
    ///
    /// - Throws: `forbiddenCharacter` or `invalidAddress` for control characters in the name, or an empty name.
    public init(_ displayName: String, _ members: [MailboxAddress]) throws(RFC5322Error) {
        let isSound = !displayName.unicodeScalars.contains { $0.isControl }
        guard isSound, !displayName.isEmpty else {
            throw RFC5322Error(
                isSound ? .invalidAddress : .forbiddenCharacter,
                "a group's name cannot be empty or hold control characters")
        }
        self.displayName = displayName
        self.members = members.map { .mailbox($0) }
    }

    init(readName displayName: String, members: [Address]) {
        self.displayName = displayName.withoutControls ?? ""
        self.members = members
    }
}

/// Something in an address list that is no address.
public struct MalformedAddress: Sendable, Hashable {
    /// The display name that stood before it, decoded; nil where there is none.
    public let displayName: String?

    /// What stood in place of the address, as it was written.
    public let text: String
}

extension Sequence<Address> {
    /// All mailboxes, those in groups included, in order; what is malformed is left out.
    public var mailboxes: [MailboxAddress] {
        var found: [MailboxAddress] = []
        for address in self {
            switch address {
            case .mailbox(let mailbox): found.append(mailbox)
            case .group(let group):
                for case .mailbox(let member) in group.members { found.append(member) }
            case .malformed: break
            }
        }
        return found
    }
}
