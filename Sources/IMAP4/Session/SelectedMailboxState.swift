/// What the server told of the mailbox that is selected (RFC 3501 §6.3.1).
public struct SelectedMailboxState: Sendable, Hashable {
    /// The mailbox.
    public internal(set) var name: MailboxName
    /// Whether it is open for reading alone.
    public internal(set) var isReadOnly: Bool
    /// How many messages there are, kept right through EXISTS and EXPUNGE.
    public internal(set) var messages: UInt32 = 0
    /// The UIDVALIDITY; nil where the server has no UIDs that last.
    public internal(set) var uidValidity: UIDValidity?
    /// The UID the next message will have at least, as of the selection.
    public internal(set) var uidNext: UID?
    /// The flags messages can have.
    public internal(set) var flags: [Flag] = []
    /// The flags that can be changed for good; nil where the server did not tell, and all can (RFC 3501 §7.1).
    public internal(set) var permanentFlags: [Flag]?

    init(name: MailboxName, isReadOnly: Bool) {
        self.name = name
        self.isReadOnly = isReadOnly
    }
}
