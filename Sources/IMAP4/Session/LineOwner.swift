internal import Octets
internal import SASL

/// The command whose octets are not all sent yet; no other is sent before they are (RFC 3501 §5.5).
struct LineOwner: Sendable {
    /// What is to be sent next, and when.
    enum Need: Sendable {
        /// These pieces, each when the server is ready for it; then perhaps a message.
        case pieces(ArraySlice<WireOctets>, message: EncodedCommand.Message?)
        /// The octets of a message, when the server is ready for them.
        case message(size: UInt64)
        /// The rest of a message, as it comes from the caller.
        case messageOctets(left: UInt64)
        /// Answers to challenges.
        case responses(SASLExchange)
        /// The server's word that it idles, then DONE when the caller wants.
        case done(isIdling: Bool, isWanted: Bool)
        /// Nothing, but all must wait until the command is complete.
        case completion
    }

    let handle: CommandHandle
    let verb: String
    var need: Need
}

/// A SASL exchange on its way (RFC 3501 §6.2.2).
struct SASLExchange: Sendable {
    var mechanism: any Mechanism
    /// Whether the initial response is still to be sent, upon the first challenge.
    var owesInitialResponse: Bool
    /// The initial response, where it went with the command.
    let said: Secret?
    /// Why we cancelled with `*`.
    var cancellation: SASLError?
}
