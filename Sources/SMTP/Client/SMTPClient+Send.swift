internal import MailTransport
internal import Octets

extension SMTPClient {
    /// Sends `message`, header and body with lines that end in CRLF or LF, from one address to some.
    ///
    /// What the message needs (8BITMIME, SMTPUTF8, SIZE) is found by one look at it before anything is sent.
    /// - Returns: what became of each recipient; at least one was accepted.
    /// - Throws: `invalidArgument` for an address that is none; otherwise as `send(_:envelope:)`.
    public func send(_ message: [UInt8], from: String, to: [String]) async throws(SMTPError) -> Delivery {
        try await send(message, envelope: SMTPEnvelope(parsing: from, to))
    }

    /// Sends `message`, header and body with lines that end in CRLF or LF, as `envelope` says.
    ///
    /// - Returns: what became of each recipient; at least one was accepted.
    /// - Throws: `invalidContent`, `messageTooLarge` or `extensionNotOffered` before anything is sent;
    ///   `recipientsRefused` or `refused` with the server's words. The error's `acceptance` says what is known about
    ///   the message, and nobody but the caller can know whether a second attempt is right where that is `unknown`.
    public func send(_ message: [UInt8], envelope: SMTPEnvelope) async throws(SMTPError) -> Delivery {
        let content: ContentDescription
        do throws(ContentFault) {
            content = try ContentInspection.describe(message, lineEnds: configuration.session.lineEnds)
        } catch {
            throw SMTPError(.invalidContent, command: "DATA", connectionIsUsable: true, "\(error)", underlying: error)
        }
        return try await inTurn("MAIL") { () throws(SMTPError) in
            do throws(SMTPError) {
                try await begin(envelope, content)
                try await write(message)
                return try await finish()
            } catch {
                throw abandoned(error)
            }
        }
    }

    /// Sends a message that arrives in pieces of any size, as `envelope` says.
    ///
    /// A piece is asked for only when most of the last one has left. Where `chunks` throws, the connection is closed
    /// in the middle of the message, so that the server drops what it has of it.
    /// - Parameters:
    ///   - chunks: the message, header and body with lines that end in CRLF or LF.
    ///   - content: what is known of it beforehand. With nothing known it is sent without a size, and with 8BITMIME
    ///     where offered.
    ///   - envelope: from whom and to whom.
    /// - Returns: what became of each recipient; at least one was accepted.
    /// - Throws: what `chunks` throws, untouched; otherwise `SMTPError` as `send(_:envelope:)`, but that
    ///   `invalidContent` may come in the middle of the message and then closes the connection.
    public nonisolated func send<Chunks: AsyncSequence>(
        _ chunks: Chunks, describedBy content: ContentDescription = ContentDescription(), envelope: SMTPEnvelope
    ) async throws -> Delivery where Chunks.Element == [UInt8] {
        try await takeTurn(command: "MAIL")
        do {
            try await begin(envelope, content)
            for try await chunk in chunks { try await write(chunk) }
            let delivery = try await finish()
            await endTurn()
            return delivery
        } catch {
            let told = await abandoned(error)
            await endTurn()
            throw told
        }
    }

    /// MAIL, RCPT and DATA, until the server waits for the message.
    private func begin(_ envelope: SMTPEnvelope, _ content: ContentDescription) async throws(SMTPError) {
        try submit(.send(envelope, content))
        let timeouts = configuration.timeouts
        var unanswered = envelope.to.count
        var (verb, limit) = ("MAIL", timeouts.mail)
        while true {
            switch try await nextEvent(verb, within: limit) {
            case .sender: (verb, limit) = ("RCPT", timeouts.recipient)
            case .recipient:
                unanswered -= 1
                if unanswered == 0 { (verb, limit) = ("DATA", timeouts.dataInitiation) }
            case .contentWanted: return
            case .undelivered(let error): throw error
            default: throw outOfStep(verb)
            }
        }
    }

    private func write(_ octets: [UInt8]) async throws(SMTPError) {
        var start = 0
        while start < octets.count {
            let end = min(start + Self.blockSize, octets.count)
            try submit(.content(start == 0 && end == octets.count ? octets : Array(octets[start..<end])))
            try await drained(below: Self.blockSize, within: configuration.timeouts.dataBlock, command: "DATA")
            start = end
        }
    }

    private func finish() async throws(SMTPError) -> Delivery {
        try submit(.endOfContent)
        switch try await nextEvent("DATA", within: configuration.timeouts.dataTermination) {
        case .delivered(let delivery): return delivery
        case .undelivered(let error): throw error
        default: throw outOfStep("DATA")
        }
    }

    /// The transaction ended with `error`: a message that was begun and not ended is cut off, and the error tells
    /// what is known of it.
    private func abandoned(_ error: SMTPError) -> SMTPError {
        guard let open = driver.engine.transaction else { return error }
        close()
        var told = error
        told.connectionIsUsable = false
        if told.command == nil { told.command = "DATA" }
        if told.acceptance == .notSent { told.acceptance = open.acceptance }
        if told.recipients.isEmpty, open.isSenderAccepted { told.recipients = open.recipients }
        return told
    }

    private func abandoned(_ error: any Error) -> any Error {
        if let error = error as? SMTPError { return abandoned(error) as SMTPError }
        if driver.engine.transaction != nil { close() }
        return error
    }

    /// What is handed to the session at once, and what may wait to be sent before the next is.
    private static var blockSize: Int { 64 * 1024 }
}

extension SMTPEnvelope {
    /// An envelope of addresses as text.
    fileprivate init(parsing from: String, _ to: [String]) throws(SMTPError) {
        var command = "MAIL"
        do throws(GrammarError) {
            self.init(from: try ReversePath(from), to: [])
            command = "RCPT"
            for address in to { self.to.append(try ForwardPath(address)) }
        } catch {
            throw SMTPError.invalidArgument(command, error)
        }
    }
}
