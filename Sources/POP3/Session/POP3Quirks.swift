/// Broken forms of responses that are accepted although the RFCs forbid them.
public struct POP3Quirks: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32

    /// Quirks by their bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `+OK` and `-ERR` may be written in any case; RFC 1939 §3 asks for upper case.
    public static let statusInAnyCase = POP3Quirks(rawValue: 1 << 0)

    /// The first line of a response, and a line of a listing, may end with LF alone. Message content never may.
    public static let bareLineFeed = POP3Quirks(rawValue: 1 << 1)

    /// The fields of STAT, LIST and UIDL may have several spaces or tabs before and between them.
    public static let looseListings = POP3Quirks(rawValue: 1 << 2)

    /// Unique-ids may be longer than 70 octets, up to a limit, and hold any octets but control characters, and white space inside.
    public static let uncommonUniqueIDs = POP3Quirks(rawValue: 1 << 3)

    /// Under TLS, USER and PASS are tried with a server whose capabilities name neither them nor any SASL mechanism.
    public static let unlistedUser = POP3Quirks(rawValue: 1 << 4)

    /// Every quirk: none of them can hide damage.
    public static let standard: POP3Quirks = [
        .statusInAnyCase, .bareLineFeed, .looseListings, .uncommonUniqueIDs, .unlistedUser,
    ]
}
