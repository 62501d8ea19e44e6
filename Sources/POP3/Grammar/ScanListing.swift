/// What LIST says about a message (RFC 1939 §5, "scan listing").
public struct ScanListing: Sendable, Hashable {
    /// The message.
    public let number: POP3MessageNumber
    /// Its size in octets, as the server counts; the message may turn out longer or shorter.
    public let size: UInt64

    /// A message of that number and size.
    public init(number: POP3MessageNumber, size: UInt64) {
        self.number = number
        self.size = size
    }
}
