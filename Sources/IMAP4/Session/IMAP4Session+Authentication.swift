internal import Octets
internal import SASL

extension IMAP4Session {
    /// Answers a challenge, or cancels with `*` where the mechanism has no answer (RFC 3501 §6.2.2).
    mutating func answer(_ text: IMAP4Text, _ exchange: SASLExchange) throws(IMAP4Error) {
        var exchange = exchange
        guard exchange.cancellation == nil else {
            throw IMAP4Error(
                .unexpectedResponse, command: "AUTHENTICATE", "a challenge after the exchange was cancelled")
        }
        guard text.octets.count <= options.limits.challengeLength else {
            throw IMAP4Error(
                .limitExceeded, command: "AUTHENTICATE",
                underlying: IMAP4LimitExceeded("octets of a SASL challenge", limit: options.limits.challengeLength))
        }
        do throws(SASLError) {
            let response = try response(to: text, &exchange)
            mask.add(response)
            output.appendSecret(contentsOf: Self.base64(response))
            output.appendCRLF()
        } catch {
            exchange.cancellation = error
            output.append("*\r\n")
        }
        lineOwner?.need = .responses(exchange)
    }

    private func response(to text: IMAP4Text, _ exchange: inout SASLExchange) throws(SASLError) -> Secret {
        guard let challenge = Base64.decode(text.octets.span) else {
            throw SASLError(.unexpectedChallenge, "the server's challenge is not Base64")
        }
        defer { exchange.owesInitialResponse = false }
        if exchange.owesInitialResponse, challenge.isEmpty, let initial = try exchange.mechanism.initialResponse() {
            return initial
        }
        return try exchange.mechanism.respond(to: challenge)
    }

    /// LOGIN or AUTHENTICATE is complete.
    mutating func authenticationEnded(
        _ command: CommandInProgress, _ reply: IMAP4Reply, _ exchange: SASLExchange?
    ) throws(IMAP4Error) {
        let verb = command.kind.verb
        mask = EchoMask()
        guard reply.status == .ok else {
            let error =
                exchange?.cancellation.map {
                    IMAP4Error(.authentication, command: verb, reply: reply, connectionIsUsable: true, underlying: $0)
                } ?? IMAP4Error(.authenticationFailed, command: verb, reply: reply, connectionIsUsable: true)
            events.append(.failed(command.handle, error))
            return
        }
        if let cancellation = exchange?.cancellation {
            throw IMAP4Error(
                .unexpectedResponse, command: verb, reply: reply, "success after the exchange was cancelled",
                underlying: cancellation)
        }
        if var mechanism = exchange?.mechanism {
            do throws(SASLError) {
                try mechanism.verifySuccess()
            } catch {
                throw IMAP4Error(.authentication, command: verb, reply: reply, underlying: error)
            }
        }
        state = .authenticated
        // RFC 3501 §6.2.2: what the server can do may differ now.
        capabilities = learnedCapabilities
        events.append(.completed(command.handle, reply))
    }
}
