internal import Octets

/// `mailbox = name-addr / addr-spec` (RFC 5322 §3.4): an address and the name of who reads there.
public struct MailboxAddress: Sendable, Hashable, CustomStringConvertible {
    /// The display name in plain text, nil where there is none. It holds no control character.
    public let displayName: String?

    /// The address.
    public let address: AddressSpecification

    /// A mailbox named `displayName`, white space at its ends aside, at `address`.
    ///
    /// - Throws: `forbiddenCharacter` for CR, LF or NUL in the name, `invalidAddress` for another control character in it.
    public init(_ displayName: String? = nil, address: AddressSpecification) throws(RFC5322Error) {
        if let displayName, displayName.unicodeScalars.contains(where: { $0.isControl }) {
            let isBreak = displayName.utf8.contains { $0 == ASCII.cr || $0 == ASCII.lf || $0 == 0 }
            throw RFC5322Error(
                isBreak ? .forbiddenCharacter : .invalidAddress,
                "a display name cannot hold control characters: \"\(displayName.escapedForDisplay)\"")
        }
        let name = displayName?.trimmed ?? ""
        self.displayName = name.isEmpty ? nil : name
        self.address = address
    }

    /// A mailbox named `displayName` at the address that `address` spells.
    ///
    /// - Throws: `forbiddenCharacter` or `invalidAddress`, see `AddressSpecification.init(_:)`.
    public init(_ displayName: String?, _ address: String) throws(RFC5322Error) {
        try self.init(displayName, address: try AddressSpecification(address))
    }

    /// A mailbox without a name, at the address that `address` spells.
    ///
    /// - Throws: `forbiddenCharacter` or `invalidAddress`, see `AddressSpecification.init(_:)`.
    public init(_ address: String) throws(RFC5322Error) {
        try self.init(nil, address: try AddressSpecification(address))
    }

    /// A mailbox that was read: control characters in the name become spaces.
    init(readName name: String?, address: AddressSpecification) {
        displayName = name.flatMap { $0.withoutControls }
        self.address = address
    }

    /// Name and address for people: `Joe Blow <joe@example.org>`. Header fields are written by `MessageDraft`.
    public var description: String {
        displayName.map { "\($0.escapedForDisplay) <\(address)>" } ?? address.description
    }
}

extension String {
    /// This text with control characters as spaces, without white space at its ends; nil where nothing is left.
    var withoutControls: String? {
        guard unicodeScalars.contains(where: { $0.isControl }) else {
            let text = trimmed
            return text.isEmpty ? nil : text
        }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars { text.append(scalar.isControl ? " " : scalar) }
        let trimmed = String(text).trimmed
        return trimmed.isEmpty ? nil : trimmed
    }
}
