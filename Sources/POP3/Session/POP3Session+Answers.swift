internal import Octets

extension POP3Session {
    /// Acts on the first line of an answer: it belongs to the oldest outstanding command, whatever it says (RFC 2449 §6.6).
    mutating func take(_ unmasked: POP3Response) throws(POP3Error) {
        let response = unmasked.masking(mask)
        guard let entry = outstanding.first else {
            throw response.status == .err
                ? fatal(.serverClosing, response: response)
                : fatal(.unexpectedResponse, response: response, "nothing was asked")
        }
        if response.status == .continueRequest, !SessionTable.mayGoOn(entry.exchange) {
            throw fatal(.unexpectedResponse, response: response, "nothing more is to be sent")
        }
        switch entry.exchange {
        case .greeting:
            // RFC 1939 §4: any positive response is a greeting.
            guard response.status == .ok else {
                throw fatal(.refused, response: response, "the server does not want to talk")
            }
            phase = .authorization
            answer(.greeting(response))
        case .user, .pass, .auth, .cancelledAuth:
            try takeAuthentication(response, entry.exchange)
        case .quit:
            takeQuit(response)
        default:
            guard response.status == .ok else { return answer(.refused(refusal(of: entry.exchange, response))) }
            try takeSuccess(response, unmasked, entry)
        }
    }

    private mutating func takeSuccess(
        _ response: POP3Response, _ unmasked: POP3Response, _ entry: OutstandingQueue.Entry
    ) throws(POP3Error) {
        switch SessionTable.shape(entry.exchange) {
        case .listing:
            listing = ListingCollector(entry.exchange, limits: configuration.limits, quirks: configuration.quirks)
        case .content:
            events.append(.contentBegan(response))
            unstuffer = DotUnstuffer()
        case .line:
            try takeLine(response, unmasked, entry)
        }
    }

    private mutating func takeLine(
        _ response: POP3Response, _ unmasked: POP3Response, _ entry: OutstandingQueue.Entry
    ) throws(POP3Error) {
        switch entry.exchange {
        case .stls:
            // The exchange stays outstanding: nothing may be sent behind it, and the session under TLS is a new one.
            phase = .handshake
        case .stat, .list, .uidl:
            // Numbers are read as they came: a password may look like one.
            let (event, number) = try read(unmasked, entry.exchange)
            guard number == entry.number else {
                throw fatal(.unexpectedResponse, response: response, "this is about another message")
            }
            answer(event)
        default:
            // The count of marks changes with the answer, since RSET may stand among pipelined DELEs.
            if entry.exchange == .dele { markedMessages += 1 }
            if entry.exchange == .rset { markedMessages = 0 }
            answer(.completed(SessionTable.verb(entry.exchange) ?? "", response))
        }
    }

    /// What an answer of one line tells, and about which message.
    private mutating func read(
        _ response: POP3Response, _ exchange: SessionTable.Exchange
    ) throws(POP3Error) -> (POP3Event, POP3MessageNumber?) {
        let parser = ListingParser(quirks: configuration.quirks, uniqueIDLength: configuration.limits.uniqueIDLength)
        let text = response.text
        do throws(GrammarError) {
            switch exchange {
            case .list:
                let listing = try parser.scanListing(text.span)
                return (.listings([listing]), listing.number)
            case .uidl:
                let listing = try parser.uniqueIDListing(text.span)
                return (.uniqueIDs([listing]), listing.number)
            default:
                return (.statistics(try parser.dropListing(text.span)), nil)
            }
        } catch {
            throw fatal(.malformedResponse, response: response.masking(mask), underlying: error)
        }
    }

    private mutating func takeQuit(_ response: POP3Response) {
        let marked = markedMessages
        let outcome: DeletionOutcome =
            marked == 0 ? .none : response.status == .ok ? .committed(marked) : .unconfirmed(marked)
        answer(.closed(response, outcome))
        markedMessages = 0
        phase = .closed
    }

    /// The server's no to a command: the session can go on.
    private func refusal(of exchange: SessionTable.Exchange, _ response: POP3Response) -> POP3Error {
        POP3Error(.refused, command: SessionTable.verb(exchange), response: response, connectionIsUsable: true)
    }
}
