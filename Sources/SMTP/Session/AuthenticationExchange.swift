internal import Octets
internal import SASL

/// A SASL exchange under way (RFC 4954 §4).
struct AuthenticationExchange: Sendable {
    /// The mechanism, with what it has said so far.
    private var mechanism: any Mechanism
    /// The initial response, where it did not fit into the command and waits for an empty challenge (RFC 4422 §5.1).
    private var deferred: Secret?
    /// What must not be seen if the server repeats it.
    private(set) var mask = EchoMask()
    /// Why the exchange was cancelled.
    private(set) var fault: SASLError?

    /// Begins the exchange and writes AUTH.
    init(_ credential: Credential, mechanism: any Mechanism, into wire: inout WireOctets) throws(SASLError) {
        self.mechanism = mechanism
        switch credential.kind {
        case .password(_, let password): mask.add(password)
        }
        let initial = try self.mechanism.initialResponse()
        if let initial { mask.add(initial) }
        let wasSent = CommandEncoder.auth(mechanism.name, initialResponse: initial, into: &wire)
        deferred = wasSent ? nil : initial
    }

    /// Writes what answers the challenge `text`, or `*` where there is no answer (RFC 4954 §4).
    ///
    /// - Returns: whether the exchange goes on; false after a cancellation, `fault` then says why.
    mutating func answer(_ text: [UInt8], into wire: inout WireOctets) -> Bool {
        do throws(SASLError) {
            let response = try respond(to: text)
            mask.add(response)
            CommandEncoder.response(response, into: &wire)
            return true
        } catch {
            fault = error
            wire.append(ASCII.asterisk)
            wire.appendCRLF()
            return false
        }
    }

    /// The server says that the exchange succeeded.
    mutating func verifySuccess() throws(SASLError) {
        try mechanism.verifySuccess()
    }

    private mutating func respond(to text: [UInt8]) throws(SASLError) -> Secret {
        guard let challenge = Base64.decode(text.span) else {
            throw SASLError(.unexpectedChallenge, "the server's challenge is not Base64")
        }
        guard let deferred else { return try mechanism.respond(to: challenge) }
        guard challenge.isEmpty else {
            throw SASLError(.unexpectedChallenge, "the server sent a challenge where \(mechanism.name) speaks first")
        }
        self.deferred = nil
        return deferred
    }
}
