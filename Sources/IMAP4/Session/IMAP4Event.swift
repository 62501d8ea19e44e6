/// What happens in a session.
package enum IMAP4Event: Sendable {
    /// The server greets: OK or PREAUTH. A BYE ends the session instead.
    case greeting(IMAP4Reply)
    /// TLS is up; the capabilities are unknown again.
    case tlsEstablished
    /// The server sent data, as part of the answer to a command or of itself; the session's state has it already.
    case data(UntaggedResponse, answers: CommandHandle?)
    /// A FETCH response with streamed octets of a message begins.
    case fetchBegan(SequenceNumber, [MessageAttribute], answers: CommandHandle?)
    /// So many octets of the message follow.
    case contentBegan(MessageContent, size: UInt64)
    /// The next octets of the message.
    case contentOctets([UInt8])
    /// The octets of the message are complete.
    case contentEnded
    /// More items of the same message.
    case fetchContinued([MessageAttribute])
    /// The FETCH response is complete.
    case fetchEnded
    /// The server waits for the message of an APPEND.
    case appendReady(CommandHandle)
    /// The server has gone into IDLE.
    case idling(CommandHandle)
    /// The command succeeded.
    case completed(CommandHandle, IMAP4Reply)
    /// The command failed; the session goes on.
    case failed(CommandHandle, IMAP4Error)
}
