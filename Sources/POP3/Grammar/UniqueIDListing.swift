/// What UIDL says about a message (RFC 1939 §7, "unique-id listing").
public struct UniqueIDListing: Sendable, Hashable {
    /// The message.
    public let number: POP3MessageNumber
    /// Its name.
    public let uniqueID: UniqueID

    /// A message of that number and name.
    public init(number: POP3MessageNumber, uniqueID: UniqueID) {
        self.number = number
        self.uniqueID = uniqueID
    }
}
