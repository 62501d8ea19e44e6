internal import Octets
internal import SASL

extension SMTPSession {
    /// Acts on a reply: it answers the oldest outstanding exchange, whatever it says (RFC 2920 §3.1).
    mutating func take(_ reply: SMTPReply) throws(SMTPError) {
        let reply = authentication.map { reply.masking($0.mask) } ?? reply
        let exchange = outstanding.first
        if exchange != .quit, reply.code == 421 || reply.code == 221 {
            let acceptance: SMTPAcceptance? = transaction != nil && reply.code == 421 ? .refusedForNow : nil
            throw fatal(.serverClosing, reply: reply, acceptance: acceptance)
        }
        guard let exchange else { throw unasked(reply) }
        let meaning = SessionTable.meaning(of: reply.code.severity, for: exchange)
        if meaning == .outOfPlace, exchange != .quit { throw fatal(.unexpectedReply, reply: reply) }
        switch exchange {
        case .greeting: try takeGreeting(reply, meaning)
        case .ehlo, .helo: takeHello(reply, meaning, exchange)
        case .startTLS: takeStartTLS(reply, meaning)
        case .auth, .cancelledAuth: try takeAuthentication(reply, meaning)
        case .mail: takeSender(reply, meaning)
        case .rcpt: takeRecipient(reply)
        case .data: try takeData(reply, meaning)
        case .message, .emptyMessage: takeMessage(reply, meaning)
        case .transactionReset: try takeTransactionReset(reply, meaning)
        case .rset, .noop: takeCompletion(reply, meaning, exchange)
        case .quit:
            outstanding.removeFirst()
            phase = .closed
            events.append(.closed(reply))
        }
    }

    /// A reply where nothing was asked. In the middle of a message a refusal is one: the server will not hear the rest.
    private mutating func unasked(_ reply: SMTPReply) -> SMTPError {
        guard phase == .content, reply.code.isNegative else {
            return fatal(.unexpectedReply, reply: reply, "nothing was asked")
        }
        let isTransient = reply.code.severity == .transientNegative
        return fatal(
            .refused, reply: reply, acceptance: isTransient ? .refusedForNow : .refusedForGood, "before its end")
    }

    /// ```
    /// CONNECTION ESTABLISHMENT      S: 220      E: 554               ; RFC 5321 §4.3.2
    /// ```
    private mutating func takeGreeting(_ reply: SMTPReply, _ meaning: SessionTable.Meaning) throws(SMTPError) {
        if meaning == .refusal { throw fatal(.refused, reply: reply, "the server does not want to talk") }
        guard reply.code == 220 else { throw fatal(.unexpectedReply, reply: reply, "this is no greeting") }
        outstanding.removeFirst()
        phase = .greeted
        events.append(.greeting(reply))
    }

    private mutating func takeHello(
        _ reply: SMTPReply, _ meaning: SessionTable.Meaning, _ exchange: SessionTable.Exchange
    ) {
        outstanding.removeFirst()
        if meaning == .success {
            extensions = exchange == .ehlo ? ServiceExtensions(answering: reply) : .none
            phase = .ready
            return events.append(.extensions(extensions, reply))
        }
        // RFC 5321 §3.2: a server that does not know EHLO may know HELO. It then cannot offer STARTTLS either.
        let mayFallBack = exchange == .ehlo && (isSecured || !configuration.requiresTLS)
        if mayFallBack, reply.code == 500 || reply.code == 502, let helloArgument {
            CommandEncoder.encode("HELO", helloArgument, into: &output)
            outstanding.append(.helo)
        } else {
            events.append(.refused(refusal(of: exchange, reply)))
        }
    }

    private mutating func takeStartTLS(_ reply: SMTPReply, _ meaning: SessionTable.Meaning) {
        guard meaning == .success else {
            outstanding.removeFirst()
            return events.append(.refused(refusal(of: .startTLS, reply)))
        }
        // The exchange stays outstanding: nothing may be sent behind it, and the session under TLS is a new one.
        phase = .handshake
    }

    private mutating func takeAuthentication(_ reply: SMTPReply, _ meaning: SessionTable.Meaning) throws(SMTPError) {
        guard var exchange = authentication else { throw fatal(.unexpectedReply, reply: reply) }
        if meaning == .goOn, let text = reply.lines.first {
            guard text.count <= configuration.limits.challengeLength else {
                throw fatal(.limitExceeded, "a challenge of more than \(configuration.limits.challengeLength) octets")
            }
            outstanding.removeFirst()
            outstanding.append(exchange.answer(text, into: &output) ? .auth : .cancelledAuth)
            authentication = exchange
            return
        }
        if meaning == .success {
            do throws(SASLError) {
                try exchange.verifySuccess()
            } catch {
                throw fatal(.authentication, reply: reply, underlying: error)
            }
            isAuthenticated = true
            events.append(.authenticated(reply))
        } else if let fault = exchange.fault {
            events.append(
                .refused(
                    SMTPError(
                        .authentication, command: "AUTH", reply: reply, connectionIsUsable: true, underlying: fault)))
        } else {
            events.append(.refused(refusal(of: .auth, reply)))
        }
        outstanding.removeFirst()
        authentication = nil
    }

    private mutating func takeCompletion(
        _ reply: SMTPReply, _ meaning: SessionTable.Meaning, _ exchange: SessionTable.Exchange
    ) {
        outstanding.removeFirst()
        if meaning == .success {
            events.append(.completed(exchange == .rset ? "RSET" : "NOOP", reply))
        } else {
            events.append(.refused(refusal(of: exchange, reply)))
        }
    }

    /// The server's no to a command outside a transaction: the session can go on.
    private func refusal(of exchange: SessionTable.Exchange, _ reply: SMTPReply) -> SMTPError {
        SMTPError(.refused, command: SessionTable.verb(exchange), reply: reply, connectionIsUsable: true)
    }
}
