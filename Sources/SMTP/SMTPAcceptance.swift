/// What is known about a message after something went wrong: the question of every queue that retries.
public enum SMTPAcceptance: Sendable, Hashable {
    /// The server cannot have taken it: its end was never sent.
    case notSent
    /// The server refused it with 4yz: the same may be tried later.
    case refusedForNow
    /// The server refused it with 5yz: the same must not be tried again.
    case refusedForGood
    /// Its end was sent and the answer never came: the server may have taken it or not (RFC 1047).
    ///
    /// Sending it again may deliver it twice.
    case unknown
}
