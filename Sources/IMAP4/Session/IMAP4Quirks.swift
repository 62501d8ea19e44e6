/// Broken forms of responses that are accepted although the RFCs forbid them.
public struct IMAP4Quirks: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32

    /// Quirks by their bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// A line may end with LF alone, as some old servers and gateways end theirs.
    public static let bareLineFeed = IMAP4Quirks(rawValue: 1 << 0)

    /// Every quirk that cannot hide damage.
    public static let standard: IMAP4Quirks = [.bareLineFeed]
}
