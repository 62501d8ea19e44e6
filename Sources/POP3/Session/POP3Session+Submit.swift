internal import Octets

extension POP3Session {
    /// Queues a command.
    ///
    /// - Throws: `stateViolation` for a command out of order; `tlsRequired`, `tlsNotOffered`, `authentication` or `invalidArgument`
    ///   for one that cannot be sent to this server. Nothing was queued, and the session can go on.
    public mutating func submit(_ command: POP3Command) throws(POP3Error) {
        try check(command.request)
        switch command {
        case .capabilities: request(.capa)
        case .startTLS: try submitStartTLS()
        case .authenticate(let credential): try submitAuthenticate(credential)
        case .statistics: request(.stat)
        case .list(nil): request(.listAll)
        case .list(let number?): try request(.list, about: number)
        case .uniqueIDs(nil): request(.uidlAll)
        case .uniqueIDs(let number?): try request(.uidl, about: number)
        case .retrieve(let number): try request(.retr, about: number)
        case .top(let number, let lines): try request(.top, about: number, lines)
        case .delete(let number): try request(.dele, about: number)
        case .reset: request(.rset)
        case .noop: request(.noop)
        case .quit:
            request(.quit)
            if phase == .transaction { phase = .update }
        }
    }

    /// Whether `request` may be submitted now, as far as the outstanding answers go.
    func hasRoom(for request: SessionTable.Request) -> Bool {
        if outstanding.isEmpty { return true }
        guard let capabilities, capabilities.offers(.pipelining) else { return false }
        return SessionTable.mayBePipelined(SessionTable.exchange(of: request)) && outstanding.mayGrow
            && outstanding.count < configuration.limits.outstandingCommands
    }

    private func check(_ request: SessionTable.Request) throws(POP3Error) {
        let verb = SessionTable.verb(SessionTable.exchange(of: request))
        let isOver = phase == .closed || phase == .handshake || phase == .update
        guard SessionTable.allowed(in: phase).contains(request) else {
            throw POP3Error(
                .stateViolation, command: verb, connectionIsUsable: !isOver, "not allowed in the state \(phase)")
        }
        guard hasRoom(for: request) else {
            throw POP3Error(.stateViolation, command: verb, connectionIsUsable: true, "an answer is outstanding")
        }
        guard isSecured || !configuration.requiresTLS || SessionTable.allowedBeforeTLS.contains(request) else {
            throw POP3Error(.tlsRequired, command: verb, connectionIsUsable: true)
        }
    }

    private mutating func request(_ exchange: SessionTable.Exchange) {
        CommandEncoder.encode(SessionTable.verb(exchange) ?? "", into: &output)
        outstanding.append(exchange)
    }

    private mutating func request(
        _ exchange: SessionTable.Exchange, about number: POP3MessageNumber, _ argument: UInt32? = nil
    ) throws(POP3Error) {
        let verb = SessionTable.verb(exchange) ?? ""
        guard number.value > 0 else {
            throw POP3Error(.invalidArgument, command: verb, connectionIsUsable: true, "no message has the number 0")
        }
        CommandEncoder.encode(verb, [number.value] + (argument.map { [$0] } ?? []), into: &output)
        outstanding.append(exchange, about: number)
    }

    private mutating func submitStartTLS() throws(POP3Error) {
        guard !isSecured else {
            throw POP3Error(.stateViolation, command: "STLS", connectionIsUsable: true, "TLS is up already")
        }
        // A server without CAPA may know STLS all the same.
        guard capabilities.map({ $0.offers(.startTLS) }) ?? true else {
            throw POP3Error(.tlsNotOffered, command: "STLS", connectionIsUsable: true)
        }
        request(.stls)
    }
}

extension POP3Command {
    /// The command without its arguments.
    var request: SessionTable.Request {
        switch self {
        case .capabilities: .capa
        case .startTLS: .stls
        case .authenticate: .authenticate
        case .statistics: .stat
        case .list: .list
        case .uniqueIDs: .uidl
        case .retrieve: .retr
        case .top: .top
        case .delete: .dele
        case .reset: .rset
        case .noop: .noop
        case .quit: .quit
        }
    }
}
