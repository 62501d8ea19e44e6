/// What STAT says about the maildrop (RFC 1939 §5, "drop listing"); messages marked as deleted do not count.
public struct DropListing: Sendable, Hashable {
    /// How many messages there are.
    public let messageCount: UInt32
    /// The size of all of them, in octets.
    public let size: UInt64

    /// A maildrop of that many messages and octets.
    public init(messageCount: UInt32, size: UInt64) {
        self.messageCount = messageCount
        self.size = size
    }
}
