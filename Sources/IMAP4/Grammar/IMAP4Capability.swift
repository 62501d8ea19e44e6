/// A capability a server names (RFC 3501 §7.2.1), compared without case.
public struct IMAP4Capability: Sendable, Hashable, CustomStringConvertible {
    /// The capability as the server wrote it.
    public let rawName: String

    /// The capability in upper case: what is compared.
    public let canonicalName: String

    /// A capability as written.
    public init(_ rawName: String) {
        self.rawName = rawName
        canonicalName = rawName.uppercased()
    }

    /// The mechanism of an `AUTH=` capability, upper case; nil for any other.
    public var mechanism: String? {
        canonicalName.hasPrefix("AUTH=") ? String(canonicalName.dropFirst(5)) : nil
    }

    /// RFC 3501.
    public static let imap4rev1 = IMAP4Capability("IMAP4rev1")
    /// RFC 9051.
    public static let imap4rev2 = IMAP4Capability("IMAP4rev2")
    /// RFC 3501 §6.2.1.
    public static let startTLS = IMAP4Capability("STARTTLS")
    /// RFC 3501 §6.2.3: LOGIN is refused.
    public static let loginDisabled = IMAP4Capability("LOGINDISABLED")
    /// RFC 4959.
    public static let saslIR = IMAP4Capability("SASL-IR")
    /// RFC 7888: literals of any size without waiting.
    public static let literalPlus = IMAP4Capability("LITERAL+")
    /// RFC 7888: literals of up to 4096 octets without waiting.
    public static let literalMinus = IMAP4Capability("LITERAL-")
    /// RFC 2177.
    public static let idle = IMAP4Capability("IDLE")
    /// RFC 6851.
    public static let move = IMAP4Capability("MOVE")
    /// RFC 4315.
    public static let uidPlus = IMAP4Capability("UIDPLUS")
    /// RFC 4731.
    public static let extendedSearch = IMAP4Capability("ESEARCH")
    /// RFC 3691.
    public static let unselect = IMAP4Capability("UNSELECT")

    /// The capability as the server wrote it.
    public var description: String { rawName }

    /// Equal where the canonical names are.
    public static func == (first: IMAP4Capability, second: IMAP4Capability) -> Bool {
        first.canonicalName == second.canonicalName
    }

    /// Hashes the canonical name.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}

extension Set<IMAP4Capability> {
    /// Whether the server speaks `capability`, also where RFC 9051 (appendix E) made it part of IMAP4rev2 itself.
    package func offers(_ capability: IMAP4Capability) -> Bool {
        contains(capability) || (contains(.imap4rev2) && Self.partOfRev2.contains(capability))
    }

    private static let partOfRev2: Set<IMAP4Capability> = [
        .idle, .move, .uidPlus, .unselect, .saslIR, .literalMinus, .extendedSearch,
    ]

    /// The SASL mechanisms the server names, upper case.
    package var mechanisms: [String] { compactMap(\.mechanism).sorted() }
}
