/// What is known about the messages that a session marked as deleted (RFC 1939 §6).
public enum DeletionOutcome: Sendable, Hashable {
    /// None was marked, or RSET took the marks back.
    case none
    /// The server answered QUIT with `+OK`: so many messages are removed.
    case committed(Int)
    /// So many messages were marked, and the server did not say that it removed all of them.
    ///
    /// Where QUIT was never sent it must keep them (RFC 1939 §6); behind QUIT it may have removed all, some or none. Message
    /// numbers of the next session are others: compare unique-ids before deleting again.
    case unconfirmed(Int)
}
