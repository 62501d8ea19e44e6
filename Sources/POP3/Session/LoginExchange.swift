internal import Octets
internal import SASL

/// An authentication under way: a SASL exchange (RFC 5034 §4), or USER and PASS (RFC 1939 §7).
struct LoginExchange: Sendable {
    private enum Way: Sendable {
        case sasl(any Mechanism)
        case pass(Secret)
    }

    private var way: Way
    /// The initial response, where it did not fit into the command and waits for an empty challenge.
    private var deferred: Secret?
    /// What must not be seen if the server repeats it.
    private(set) var mask = EchoMask()
    /// Why the exchange was cancelled.
    private(set) var fault: SASLError?
    /// What the first command was.
    let exchange: SessionTable.Exchange

    /// Begins an exchange and writes AUTH.
    init(_ credential: Credential, mechanism: any Mechanism, into wire: inout WireOctets) throws(SASLError) {
        var mechanism = mechanism
        let initial = try mechanism.initialResponse()
        let wasSent = CommandEncoder.auth(mechanism.name, initialResponse: initial, into: &wire)
        deferred = wasSent ? nil : initial
        way = .sasl(mechanism)
        exchange = .auth
        switch credential.kind {
        case .password(_, let password): mask.add(password)
        }
        if let initial { mask.add(initial) }
    }

    /// Writes USER; PASS follows when it was accepted.
    ///
    /// - Throws: `GrammarError` where name or password cannot be sent this way.
    init(user: String, password: Secret, allowingUTF8: Bool, into wire: inout WireOctets) throws(GrammarError) {
        let name = Array(user.utf8)
        try CommandEncoder.check(name.span, of: "USER", allowingUTF8: allowingUTF8)
        try CommandEncoder.check(secret: password, of: "PASS", allowingUTF8: allowingUTF8)
        CommandEncoder.user(user, into: &wire)
        way = .pass(password)
        exchange = .user
        mask.add(password)
    }

    /// Writes PASS, the answer to a good answer to USER.
    func pass(into wire: inout WireOctets) {
        guard case .pass(let password) = way else { return }
        CommandEncoder.pass(password, into: &wire)
    }

    /// Writes what answers the challenge `text`, or `*` where there is no answer (RFC 5034 §4).
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

    /// The server says that the login succeeded.
    mutating func verifySuccess() throws(SASLError) {
        guard case .sasl(var mechanism) = way else { return }
        if deferred != nil {
            throw SASLError(.unexpectedChallenge, "the server did not wait for the response of \(mechanism.name)")
        }
        try mechanism.verifySuccess()
        way = .sasl(mechanism)
    }

    private mutating func respond(to text: [UInt8]) throws(SASLError) -> Secret {
        guard case .sasl(var mechanism) = way else {
            throw SASLError(.unexpectedChallenge, "the server sent a challenge without AUTH")
        }
        guard let challenge = Base64.decode(text.span) else {
            throw SASLError(.unexpectedChallenge, "the server's challenge is not Base64")
        }
        guard let deferred else {
            let response = try mechanism.respond(to: challenge)
            way = .sasl(mechanism)
            return response
        }
        guard challenge.isEmpty else {
            throw SASLError(.unexpectedChallenge, "the server sent a challenge where \(mechanism.name) speaks first")
        }
        self.deferred = nil
        return deferred
    }
}
