/// A data item to ask of FETCH (RFC 3501 §6.4.5).
public enum FetchItem: Sendable, Hashable {
    /// The unique identifier.
    case uid
    /// The flags.
    case flags
    /// When the message arrived.
    case internalDate
    /// The number of octets of the message.
    case size
    /// The header as the server reads it.
    case envelope
    /// The MIME structure.
    case bodyStructure
    /// A section of the message, and `\Seen` is set.
    case body(BodySection, OctetRange? = nil)
    /// A section of the message; the flags stay as they are.
    case bodyPeek(BodySection, OctetRange? = nil)
    /// An item of an extension that is an atom, such as `MODSEQ`.
    case other(String)

    /// A run of octets within a section (`partial` of RFC 3501 §9).
    public struct OctetRange: Sendable, Hashable {
        /// The offset of the first octet.
        public let offset: UInt64
        /// How many octets at most, 1 or more.
        public let count: UInt64

        /// `count` octets from `offset` on.
        public init(offset: UInt64, count: UInt64) {
            self.offset = offset
            self.count = count
        }
    }

    /// Whether the answer holds octets of the message.
    package var isBody: Bool {
        switch self {
        case .body, .bodyPeek: true
        default: false
        }
    }
}
