/// What to do when a server takes some recipients and refuses others.
public enum PartialAcceptance: Sendable, Hashable {
    /// The message goes to those that were accepted; the result tells the others.
    case sendToAccepted
    /// The message goes to everybody or to nobody: one refusal takes the transaction back with RSET.
    case allOrNone
}
