internal import Octets
internal import SASL

extension SMTPSession {
    /// Queues a command.
    ///
    /// - Throws: `stateViolation` for a command out of order; `tlsRequired`, `tlsNotOffered`, `authentication`,
    ///   `invalidArgument`, `extensionNotOffered` or `messageTooLarge` for one that cannot be sent to this server;
    ///   `invalidContent` for content that cannot be sent at all. Nothing was queued; after `invalidContent` in the
    ///   middle of a message only closing the connection is left, so that the server does not take half a message for
    ///   a whole one.
    public mutating func submit(_ command: SMTPCommand) throws(SMTPError) {
        try check(command.request)
        switch command {
        case .hello(let argument):
            guard CommandEncoder.fits("EHLO ", argument.text) else { throw tooLong("EHLO") }
            helloArgument = argument
            CommandEncoder.encode("EHLO", argument, into: &output)
            outstanding.append(.ehlo)
        case .startTLS:
            try submitStartTLS()
        case .authenticate(let credential):
            try submitAuthenticate(credential)
        case .send(let envelope, let content):
            try begin(envelope, content)
        case .content(let octets):
            try submitContent(octets)
        case .endOfContent:
            try submitEndOfContent()
        case .reset:
            request("RSET", .rset)
        case .noop:
            request("NOOP", .noop)
        case .quit:
            request("QUIT", .quit)
        }
    }

    private func check(_ request: SessionTable.Request) throws(SMTPError) {
        guard outstanding.isEmpty, SessionTable.allowed(in: phase).contains(request) else {
            let isOver = phase == .closed || phase == .handshake
            throw SMTPError(
                .stateViolation, command: request.verb, acceptance: acceptance, connectionIsUsable: !isOver,
                outstanding.isEmpty ? "not allowed now" : "an answer is outstanding")
        }
        guard isSecured || !configuration.requiresTLS || SessionTable.allowedBeforeTLS.contains(request) else {
            throw SMTPError(.tlsRequired, command: request.verb, connectionIsUsable: true)
        }
    }

    private mutating func request(_ verb: String, _ exchange: SessionTable.Exchange) {
        CommandEncoder.encode(verb, into: &output)
        outstanding.append(exchange)
    }

    private mutating func submitStartTLS() throws(SMTPError) {
        guard !isSecured else {
            throw SMTPError(.stateViolation, command: "STARTTLS", connectionIsUsable: true, "TLS is up already")
        }
        guard extensions.offers(.startTLS) else {
            throw SMTPError(.tlsNotOffered, command: "STARTTLS", connectionIsUsable: true)
        }
        request("STARTTLS", .startTLS)
    }

    private mutating func submitAuthenticate(_ credential: Credential) throws(SMTPError) {
        guard !isAuthenticated else {
            throw SMTPError(.stateViolation, command: "AUTH", connectionIsUsable: true, "authenticated already")
        }
        do throws(SASLError) {
            let mechanism = try MechanismChoice.strongest(
                for: credential, offered: extensions.authenticationMechanisms,
                allowingPassword: isSecured || configuration.allowsPasswordInPlaintext)
            var line = WireOctets()
            authentication = try AuthenticationExchange(credential, mechanism: mechanism, into: &line)
            output.append(line)
            outstanding.append(.auth)
        } catch {
            throw SMTPError(.authentication, command: "AUTH", connectionIsUsable: true, underlying: error)
        }
    }

    private mutating func submitContent(_ octets: [UInt8]) throws(SMTPError) {
        guard var encoder = transaction?.encoder else { throw contentIsSpoilt() }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(octets.count + octets.count / 64 + 2)
        do throws(ContentFault) {
            try encoder.encode(octets, into: &encoded)
        } catch {
            throw spoil(error)
        }
        transaction?.encoder = encoder
        if output.isEmpty { output = WireOctets(encoded) } else { output.append(contentsOf: encoded) }
    }

    private mutating func submitEndOfContent() throws(SMTPError) {
        guard var encoder = transaction?.encoder else { throw contentIsSpoilt() }
        var encoded: [UInt8] = []
        do throws(ContentFault) {
            try encoder.finish(into: &encoded)
        } catch {
            throw spoil(error)
        }
        transaction?.encoder = nil
        transaction?.isEnded = true
        output.append(contentsOf: encoded)
        outstanding.append(.message)
    }

    private mutating func spoil(_ fault: ContentFault) -> SMTPError {
        transaction?.encoder = nil
        return SMTPError(
            .invalidContent, command: "DATA", recipients: transaction?.recipients ?? [], "\(fault)", underlying: fault)
    }

    private func contentIsSpoilt() -> SMTPError {
        SMTPError(.stateViolation, command: "DATA", "the message could not be sent whole and cannot be ended")
    }

    func tooLong(_ verb: String) -> SMTPError {
        SMTPError(
            .invalidArgument, command: verb, connectionIsUsable: true,
            "the command line is longer than \(CommandEncoder.lineLimit) octets")
    }
}

extension SMTPCommand {
    /// The command without its arguments.
    var request: SessionTable.Request {
        switch self {
        case .hello: .hello
        case .startTLS: .startTLS
        case .authenticate: .authenticate
        case .send: .send
        case .content: .content
        case .endOfContent: .endOfContent
        case .reset: .reset
        case .noop: .noop
        case .quit: .quit
        }
    }
}

extension SessionTable.Request {
    /// The verb it begins with.
    var verb: String {
        switch self {
        case .hello: "EHLO"
        case .startTLS: "STARTTLS"
        case .authenticate: "AUTH"
        case .send: "MAIL"
        case .content, .endOfContent: "DATA"
        case .reset: "RSET"
        case .noop: "NOOP"
        case .quit: "QUIT"
        }
    }
}
