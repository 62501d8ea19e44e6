internal import Octets

extension SMTPSession {
    /// Begins a transaction: MAIL, and with PIPELINING all that may go with it in one write.
    mutating func begin(_ envelope: SMTPEnvelope, _ content: ContentDescription) throws(SMTPError) {
        guard !envelope.to.isEmpty else {
            throw SMTPError(.invalidArgument, command: "RCPT", connectionIsUsable: true, "no recipient")
        }
        guard CommandEncoder.fits("MAIL FROM:", envelope.from.description) else { throw tooLong("MAIL") }
        guard envelope.to.allSatisfy({ CommandEncoder.fits("RCPT TO:", $0.description) }) else { throw tooLong("RCPT") }
        let needsSMTPUTF8 = envelope.needsSMTPUTF8 || content.hasInternationalizedHeader
        let parameters = try mailParameters(content, needsSMTPUTF8: needsSMTPUTF8)
        let encoder = DataEncoder(
            lineEnds: configuration.lineEnds, allowsEightBitBody: parameters.contains(.eightBitBody),
            allowsEightBitHeader: needsSMTPUTF8)
        transaction = Transaction(envelope, encoder: encoder)
        phase = .envelope
        CommandEncoder.mail(envelope.from, parameters, into: &output)
        outstanding.append(.mail)
        writeWhatMayFollow()
    }

    /// The parameters of MAIL, always in the same order.
    private func mailParameters(
        _ content: ContentDescription, needsSMTPUTF8: Bool
    ) throws(SMTPError) -> [ESMTPParameter] {
        var parameters: [ESMTPParameter] = []
        if let size = content.size, extensions.offers(.size) {
            if let limit = extensions.maximumMessageSize, size > limit {
                throw SMTPError(
                    .messageTooLarge, command: "MAIL", connectionIsUsable: true,
                    "\(size) octets, where the server takes \(limit)")
            }
            parameters.append(.size(size))
        }
        // RFC 6531 §3.1: SMTPUTF8 servers offer 8BITMIME too, and a UTF-8 header makes the message an 8-bit one.
        if content.body == .eightBit || needsSMTPUTF8 && content.hasInternationalizedHeader {
            guard extensions.offers(.eightBitMIME) else { throw notOffered(.eightBitMIME) }
            parameters.append(.eightBitBody)
        } else if content.body == .undetermined, extensions.offers(.eightBitMIME) {
            parameters.append(.eightBitBody)
        }
        if needsSMTPUTF8 {
            guard extensions.offers(.smtputf8) else { throw notOffered(.smtputf8) }
            parameters.append(.smtputf8)
        }
        return parameters
    }

    private func notOffered(_ keyword: EHLOKeyword) -> SMTPError {
        SMTPError(.extensionNotOffered, command: "MAIL", connectionIsUsable: true, "the message needs \(keyword)")
    }

    /// Writes RCPT and DATA as far as they may stand behind what is outstanding.
    ///
    /// With `allOrNone`, DATA waits for every answer to RCPT: a server that said 354 could only be stopped by an
    /// empty message, which the recipients it accepted would get.
    private mutating func writeWhatMayFollow() {
        guard let transaction else { return }
        let mayGroup = extensions.offers(.pipelining)
        var next = transaction.recipients.count
        while outstanding.last.map({ mayGroup && SessionTable.mayBeFollowed($0) }) ?? true {
            if next < transaction.envelope.to.count {
                CommandEncoder.rcpt(transaction.envelope.to[next], [], into: &output)
                outstanding.append(.rcpt)
                next += 1
            } else {
                guard configuration.partialAcceptance == .sendToAccepted || outstanding.isEmpty else { return }
                CommandEncoder.encode("DATA", into: &output)
                outstanding.append(.data)
            }
        }
    }

    mutating func takeSender(_ reply: SMTPReply, _ meaning: SessionTable.Meaning) {
        outstanding.removeFirst()
        events.append(.sender(reply))
        let verdict = meaning == .refusal ? refusal("MAIL", reply, recipients: []) : nil
        transaction?.isSenderAccepted = verdict == nil
        transaction?.verdict = verdict
        goOnIfNothingIsOutstanding()
    }

    mutating func takeRecipient(_ reply: SMTPReply) {
        outstanding.removeFirst()
        guard let index = transaction?.recipients.count, let recipient = transaction?.envelope.to[index] else { return }
        let result = RecipientResult(recipient: recipient, reply: reply)
        transaction?.note(result)
        events.append(.recipient(result))
        goOnIfNothingIsOutstanding()
    }

    /// Lock-step, or the end of a group without DATA: sends the next command, or takes the transaction back.
    private mutating func goOnIfNothingIsOutstanding() {
        guard outstanding.isEmpty, let open = transaction else { return }
        if let verdict = open.envelopeVerdict(configuration.partialAcceptance) {
            takeBack(verdict)
        } else {
            writeWhatMayFollow()
        }
    }

    /// ```
    /// DATA      I: 354 -> data -> S: 250      E: 552, 554, 451, 452      E: 503, 554     ; RFC 5321 §4.3.2
    /// ```
    mutating func takeData(_ reply: SMTPReply, _ meaning: SessionTable.Meaning) throws(SMTPError) {
        guard let open = transaction else { throw fatal(.unexpectedReply, reply: reply) }
        let verdict = open.envelopeVerdict(configuration.partialAcceptance)
        if meaning == .refusal {
            outstanding.removeFirst()
            return takeBack(verdict ?? refusal("DATA", reply, recipients: open.recipients))
        }
        guard let verdict else {
            outstanding.removeFirst()
            phase = .content
            return events.append(.contentWanted(reply))
        }
        transaction?.verdict = verdict
        // A sender refused, a recipient accepted, and now 354: a single dot could reach that recipient as an empty
        // message.
        guard open.acceptedCount == 0 else { throw fatal(.unexpectedReply, reply: reply) }
        outstanding.removeFirst()
        // RFC 2920 §3.1: a server that took DATA without a recipient gets a single dot.
        output.append(ASCII.dot)
        output.appendCRLF()
        outstanding.append(.emptyMessage)
    }

    mutating func takeMessage(_ reply: SMTPReply, _ meaning: SessionTable.Meaning) {
        outstanding.removeFirst()
        guard let open = transaction else { return }
        if let verdict = open.verdict { return close(with: .undelivered(verdict)) }
        let event: SMTPEvent =
            meaning == .success
            ? .delivered(Delivery(recipients: open.recipients, reply: reply))
            : .undelivered(refusal("DATA", reply, recipients: open.recipients))
        close(with: event)
    }

    mutating func takeTransactionReset(_ reply: SMTPReply, _ meaning: SessionTable.Meaning) throws(SMTPError) {
        // A server that will not forget a transaction cannot be given another.
        guard meaning == .success, let verdict = transaction?.verdict else { throw fatal(.refused, reply: reply) }
        outstanding.removeFirst()
        close(with: .undelivered(verdict))
    }

    /// The transaction has failed: RSET takes back what the server has of it, if anything.
    private mutating func takeBack(_ verdict: SMTPError) {
        transaction?.verdict = verdict
        guard transaction?.isSenderAccepted == true else { return close(with: .undelivered(verdict)) }
        CommandEncoder.encode("RSET", into: &output)
        outstanding.append(.transactionReset)
    }

    private mutating func close(with event: SMTPEvent) {
        transaction = nil
        phase = .ready
        events.append(event)
    }

    private func refusal(_ verb: String, _ reply: SMTPReply, recipients: [RecipientResult]) -> SMTPError {
        let acceptance: SMTPAcceptance =
            reply.code.severity == .transientNegative ? .refusedForNow : .refusedForGood
        return SMTPError(
            .refused, command: verb, reply: reply, acceptance: acceptance, recipients: recipients,
            connectionIsUsable: true)
    }
}
