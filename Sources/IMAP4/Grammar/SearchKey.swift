/// A criterion of SEARCH (`search-key` of RFC 3501 §9). Several keys in a list must all hold.
public indirect enum SearchKey: Sendable, Hashable {
    /// Every message.
    case all
    /// The flag is set: by the keys `SEEN`, `DELETED` …, or `KEYWORD`.
    case flag(Flag)
    /// The flag is not set.
    case noFlag(Flag)
    /// The text stands in the From field.
    case from(String)
    /// The text stands in the To field.
    case to(String)
    /// The text stands in the Cc field.
    case cc(String)
    /// The text stands in the Bcc field.
    case bcc(String)
    /// The text stands in the Subject field.
    case subject(String)
    /// The text stands in the body.
    case body(String)
    /// The text stands in header or body.
    case text(String)
    /// The text stands in the field of this name; an empty text finds all messages with such a field.
    case header(String, String)
    /// Arrived before this day.
    case before(IMAP4Date)
    /// Arrived on this day.
    case on(IMAP4Date)
    /// Arrived on this day or later.
    case since(IMAP4Date)
    /// The Date field is before this day.
    case sentBefore(IMAP4Date)
    /// The Date field is on this day.
    case sentOn(IMAP4Date)
    /// The Date field is on this day or later.
    case sentSince(IMAP4Date)
    /// More octets than this.
    case larger(UInt64)
    /// Fewer octets than this.
    case smaller(UInt64)
    /// One of these UIDs.
    case uid(UIDSet)
    /// One of these sequence numbers.
    case sequence(SequenceSet)
    /// The key does not hold.
    case not(SearchKey)
    /// One key or the other holds.
    case or(SearchKey, SearchKey)
    /// All keys hold.
    case and([SearchKey])

    /// Whether a sequence number stands in it, so that an expunge on the way would change what it means.
    package var usesSequenceNumbers: Bool {
        switch self {
        case .sequence: true
        case .not(let key): key.usesSequenceNumbers
        case .or(let first, let second): first.usesSequenceNumbers || second.usesSequenceNumbers
        case .and(let keys): keys.contains(where: \.usesSequenceNumbers)
        default: false
        }
    }
}
