internal import Octets
public import RFC5322

extension SMTPClient {
    /// Builds `draft` and sends it to everybody it names, those in Bcc unseen by the others.
    ///
    /// - Returns: what became of each recipient; at least one was accepted.
    /// - Throws: `invalidArgument` for a draft that makes no message, `underlying` then is the `RFC5322Error`;
    ///   otherwise as `send(_:envelope:)`.
    public func send(_ draft: MessageDraft) async throws(SMTPError) -> Delivery {
        let message: Message
        let envelope: MessageEnvelope
        do throws(RFC5322Error) {
            message = try draft.message()
            envelope = try draft.envelope()
        } catch {
            throw SMTPError(.invalidArgument, connectionIsUsable: true, underlying: error)
        }
        return try await send(message.octets, envelope: Self.envelope(envelope))
    }

    /// Sends `message` to everybody that its header names: To, Cc and Bcc, or of Resent fields the uppermost ones.
    ///
    /// The Bcc and Resent-Bcc fields are left out of what is sent.
    /// - Returns: what became of each recipient; at least one was accepted.
    /// - Throws: `invalidArgument` for a header without sender or recipient, `underlying` then is the `RFC5322Error`;
    ///   otherwise as `send(_:envelope:)`.
    public func send(_ message: Message) async throws(SMTPError) -> Delivery {
        let envelope: MessageEnvelope
        do throws(RFC5322Error) {
            envelope = try MessageEnvelope(of: message)
        } catch {
            throw SMTPError(.invalidArgument, connectionIsUsable: true, underlying: error)
        }
        return try await send(BlindCopies.removed(from: message.octets), envelope: Self.envelope(envelope))
    }

    private static func envelope(_ envelope: MessageEnvelope) throws(SMTPError) -> SMTPEnvelope {
        do throws(GrammarError) {
            return try SMTPEnvelope(envelope)
        } catch {
            throw SMTPError.invalidArgument("MAIL", error)
        }
    }
}
