/// What the parser found in a message: ranges over its octets, nothing decoded.
final class MessageIndex: Sendable {
    let octets: [UInt8]
    /// In the order of the octets, a container before its parts: the parts under one are the run up to its `subtreeEnd`.
    let parts: [PartRecord]
    /// The fields of all parts, in the order of the octets.
    let fields: [FieldRecord]
    let defects: [Defect]
    let limits: Message.Limits

    init(
        octets: [UInt8], parts: [PartRecord], fields: [FieldRecord], defects: [Defect], limits: Message.Limits
    ) {
        self.octets = octets
        self.parts = parts
        self.fields = fields
        self.defects = defects
        self.limits = limits
    }
}

/// One header field: `start` the name, `colon` the octet that ends it, `end` past its last line end.
struct FieldRecord: Sendable {
    var start: Int
    var colon: Int
    var end: Int
}

/// One part of a message.
struct PartRecord: Sendable {
    enum Kind: UInt8 { case leaf, multipart, message }

    var kind = Kind.leaf
    /// Whether a missing Content-Type means `message/rfc822` (RFC 2046 §5.1.5).
    var defaultsToMessage = false
    /// The number of the container; -1 for the message itself.
    var parent: Int
    /// The number after the last part under this one.
    var subtreeEnd: Int
    /// The delimiter line that opened the part; empty where there is none.
    var delimiter: Range<Int>
    /// The close-delimiter line of a multipart; nil where it is missing.
    var closeDelimiter: Range<Int>?
    /// The fields of the part's header section, as numbers in `MessageIndex.fields`.
    var fields: Range<Int>
    var start: Int
    var bodyStart: Int
    var end: Int
}
