public import SASL

extension POP3Client {
    /// Logs in and opens the maildrop: by the strongest SASL mechanism that server and credential have in common (RFC 5034), or by
    /// USER and PASS (RFC 1939 §7).
    ///
    /// - Returns: the server's answer.
    /// - Throws: `refused` with the server's words for a wrong password, `mayRetry` being true where the maildrop was only busy;
    ///   `authentication` where there is no mechanism in common, or the password would go over a connection without TLS.
    @discardableResult
    public func authenticate(_ credential: Credential) async throws(POP3Error) -> POP3Response {
        let limit = configuration.timeouts.authentication
        guard case .authenticated(let response) = try await ask(.authenticate(credential), within: limit)
        else { throw outOfStep("AUTH") }
        return response
    }

    /// CAPA: asks again what the server offers, which may be more after the login (RFC 2449 §5).
    @discardableResult
    public func askCapabilities() async throws(POP3Error) -> POP3Capabilities {
        guard case .capabilities(let capabilities) = try await ask(.capabilities) else { throw outOfStep("CAPA") }
        return capabilities
    }

    /// STAT: how many messages there are, and their size together.
    public func statistics() async throws(POP3Error) -> DropListing {
        guard case .statistics(let listing) = try await ask(.statistics) else { throw outOfStep("STAT") }
        return listing
    }

    /// LIST: the number and size of each message that is not deleted.
    public func list() async throws(POP3Error) -> [ScanListing] {
        guard case .listings(let listings) = try await ask(.list(nil)) else { throw outOfStep("LIST") }
        return listings
    }

    /// LIST for one message.
    ///
    /// - Throws: `refused` where there is no such message, or it is deleted.
    public func list(_ number: POP3MessageNumber) async throws(POP3Error) -> ScanListing {
        guard case .listings(let listings) = try await ask(.list(number)), let listing = listings.first
        else { throw outOfStep("LIST") }
        return listing
    }

    /// UIDL: the unique-id of each message that is not deleted.
    ///
    /// - Throws: `refused` where the server does not know the command.
    public func uniqueIdentifiers() async throws(POP3Error) -> [UniqueIDListing] {
        guard case .uniqueIDs(let listings) = try await ask(.uniqueIDs(nil)) else { throw outOfStep("UIDL") }
        return listings
    }

    /// UIDL for one message.
    ///
    /// - Throws: `refused` where there is no such message, it is deleted, or the server does not know the command.
    public func uniqueIdentifier(of number: POP3MessageNumber) async throws(POP3Error) -> UniqueID {
        guard case .uniqueIDs(let listings) = try await ask(.uniqueIDs(number)), let listing = listings.first
        else { throw outOfStep("UIDL") }
        return listing.uniqueID
    }

    /// DELE: marks a message as deleted. It is removed when the session ends in an orderly way.
    ///
    /// - Throws: `refused` where there is no such message, or it is deleted already.
    @discardableResult
    public func delete(_ number: POP3MessageNumber) async throws(POP3Error) -> POP3Response {
        try await complete(.delete(number))
    }

    /// RSET: takes back every deletion of this session.
    @discardableResult
    public func reset() async throws(POP3Error) -> POP3Response {
        try await complete(.reset)
    }

    /// NOOP: nothing, but an answer.
    @discardableResult
    public func noop() async throws(POP3Error) -> POP3Response {
        try await complete(.noop)
    }

    private func complete(_ command: POP3Command) async throws(POP3Error) -> POP3Response {
        guard case .completed(_, let response) = try await ask(command) else { throw outOfStep(command.verb) }
        return response
    }
}
