/// Content of a message that cannot be sent as it is, and where it stands.
struct ContentFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    enum Reason: Sendable, Hashable {
        /// A CR without LF, or a LF without CR.
        case bareLineEnd
        /// A line of more than 998 octets (RFC 5321 §4.5.3.1.6); the offset is that of its first octet.
        case lineTooLong
        /// An octet above 127 in the body, and 8BITMIME is not in use.
        case eightBitBody
        /// An octet above 127 in the header, and SMTPUTF8 is not in use.
        case eightBitHeader
    }

    /// What is wrong.
    let reason: Reason
    /// Where, counted from the first octet of the message.
    let offset: Int

    var description: String {
        switch reason {
        case .bareLineEnd: "a CR or LF by itself at octet \(offset)"
        case .lineTooLong: "a line of more than \(DataEncoder.lineLimit) octets at octet \(offset)"
        case .eightBitBody: "an octet above 127 in the body at octet \(offset), without 8BITMIME"
        case .eightBitHeader: "an octet above 127 in the header at octet \(offset), without SMTPUTF8"
        }
    }
}
