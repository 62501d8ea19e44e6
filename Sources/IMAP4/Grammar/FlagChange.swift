/// What STORE does to the flags of messages (RFC 3501 §6.4.6).
public struct FlagChange: Sendable, Hashable {
    /// How the flags are combined with those the message has.
    package enum Mode: String, Sendable, Hashable {
        case add = "+FLAGS"
        case remove = "-FLAGS"
        case replace = "FLAGS"
    }

    package let mode: Mode

    /// The flags.
    public let flags: [Flag]

    /// These flags are set, the others stay.
    public static func add(_ flags: [Flag]) -> FlagChange { FlagChange(mode: .add, flags: flags) }

    /// These flags are cleared, the others stay.
    public static func remove(_ flags: [Flag]) -> FlagChange { FlagChange(mode: .remove, flags: flags) }

    /// These flags are set and all others cleared.
    public static func replace(_ flags: [Flag]) -> FlagChange { FlagChange(mode: .replace, flags: flags) }
}
