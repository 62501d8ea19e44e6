/// A data item that FETCH tells of a message (`msg-att` of RFC 3501 §9).
public enum MessageAttribute: Sendable, Hashable {
    /// The unique identifier.
    case uid(UID)
    /// The flags.
    case flags([Flag])
    /// When the message arrived.
    case internalDate(InternalDate)
    /// RFC822.SIZE: the number of octets of the message as the server tells; some servers tell a number that is off.
    case size(UInt64)
    /// The header as the server reads it.
    case envelope(IMAP4Envelope)
    /// BODYSTRUCTURE.
    case bodyStructure(BodyStructure)
    /// BODY without a section: the structure without extension data.
    case body(BodyStructure)
    /// Octets of the message; nil octets where the server sent NIL.
    case content(MessageContent, octets: IMAP4Text?)
    /// BINARY.SIZE of a part (RFC 3516).
    case binarySize(part: [UInt32], UInt64)
    /// An item this version does not know.
    case other(name: IMAP4Text, IMAP4Value)
}

/// Which octets of a message an item of FETCH holds.
public struct MessageContent: Sendable, Hashable, CustomStringConvertible {
    /// The item the octets came under.
    public enum Source: Sendable, Hashable {
        /// `BODY[…]`.
        case body(BodySection)
        /// `BINARY[…]` (RFC 3516): transfer encoding undone.
        case binary(part: [UInt32])
        /// `RFC822`: the whole message.
        case rfc822
        /// `RFC822.HEADER`.
        case rfc822Header
        /// `RFC822.TEXT`.
        case rfc822Text
    }

    /// The item the octets came under.
    public let source: Source

    /// The offset of the first octet where a run of octets was asked for.
    public let origin: UInt64?

    package init(_ source: Source, origin: UInt64? = nil) {
        self.source = source
        self.origin = origin
    }

    /// The item as RFC 3501 writes it.
    public var description: String {
        let name =
            switch source {
            case .body(let section): "BODY\(section)"
            case .binary(let part): "BINARY[\(part.map { String($0) }.joined(separator: "."))]"
            case .rfc822: "RFC822"
            case .rfc822Header: "RFC822.HEADER"
            case .rfc822Text: "RFC822.TEXT"
            }
        return origin.map { "\(name)<\($0)>" } ?? name
    }
}
