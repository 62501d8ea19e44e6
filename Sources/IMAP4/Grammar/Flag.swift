/// A system flag or keyword of a message (RFC 3501 §2.3.2), compared without case.
public struct Flag: Sendable, Hashable, CustomStringConvertible {
    /// The flag as it was written, with its backslash.
    public let rawName: String

    /// The flag in lower case: what is compared.
    public let canonicalName: String

    /// A flag as written, such as `\Seen` or `$Forwarded`; whether it can be sent is checked when it is.
    public init(_ rawName: String) {
        self.rawName = rawName
        canonicalName = rawName.lowercased()
    }

    /// Message has been read.
    public static let seen = Flag(#"\Seen"#)
    /// Message has been answered.
    public static let answered = Flag(#"\Answered"#)
    /// Message is flagged for attention.
    public static let flagged = Flag(#"\Flagged"#)
    /// Message is marked for removal by a later EXPUNGE.
    public static let deleted = Flag(#"\Deleted"#)
    /// Message is a draft.
    public static let draft = Flag(#"\Draft"#)
    /// This session is the first to be told of the message (RFC 3501 only); a client cannot set it.
    public static let recent = Flag(#"\Recent"#)
    /// In PERMANENTFLAGS: keywords may be created by storing them.
    public static let anyKeyword = Flag(#"\*"#)

    /// Whether this is `flag` of RFC 3501 §9, fit to be sent: an atom, or a backslash and an atom.
    package var isSendable: Bool {
        rawName.utf8.first == 0x5C ? String(rawName.dropFirst()).isAtom : rawName.isAtom
    }

    /// The flag as it was written.
    public var description: String { rawName }

    /// Equal where the canonical names are.
    public static func == (first: Flag, second: Flag) -> Bool { first.canonicalName == second.canonicalName }

    /// Hashes the canonical name.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}
