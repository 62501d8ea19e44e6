internal import Octets
internal import SASL

extension IMAP4Session {
    package mutating func submit(_ command: IMAP4Command) throws(IMAP4Error) {
        if let ending { throw ending }
        switch command.kind {
        case .done: return endIdle(command.handle)
        case .appendOctets(let octets): return try appendOctets(octets, to: command.handle)
        default: break
        }
        try checkPermission(command.kind)
        let tag = tags.next()
        let (kind, encoded, exchange) = try encode(command.kind, tag: tag)
        switch kind {
        case .login(_, let password): mask.add(password)
        case .authenticate(let credential):
            if case .password(_, let password) = credential.kind { mask.add(password) }
            if let said = exchange?.said { mask.add(said) }
        default: break
        }
        queue.append(
            QueuedCommand(
                command: IMAP4Command(command.handle, kind), tag: tag, rule: .of(kind), encoded: encoded,
                exchange: exchange))
    }

    /// Whether the state, the server and the connection allow the command.
    private func checkPermission(_ kind: IMAP4Command.Kind) throws(IMAP4Error) {
        let verb = kind.verb
        guard CommandRule.of(kind).states.contains(state) else {
            throw .stateViolation(verb, "not allowed \(state.inWords)")
        }
        if let last = queue.last?.command.kind ?? inProgress.last?.kind {
            if case .startTLS = last { throw .stateViolation(verb, "not allowed while TLS is being negotiated") }
            if case .logout = last { throw .stateViolation(verb, "not allowed behind LOGOUT") }
        }
        if options.requiresTLS, !isSecured {
            switch kind {
            case .capability, .startTLS, .logout: break
            default: throw IMAP4Error(.tlsRequired, command: verb, connectionIsUsable: true, "not sent in plaintext")
            }
        }
        switch kind {
        case .startTLS:
            guard !isSecured else { throw .stateViolation(verb, "TLS is up already") }
            if let capabilities, !capabilities.contains(.startTLS) {
                throw IMAP4Error(
                    .tlsNotOffered, command: verb, connectionIsUsable: true, "the server lists no STARTTLS")
            }
        case .idle: try checkOffer(.idle, verb)
        case .move: try checkOffer(.move, verb)
        case .expungeUIDs: try checkOffer(.uidPlus, verb)
        case .unselect: try checkOffer(.unselect, verb)
        default: break
        }
    }

    private func checkOffer(_ capability: IMAP4Capability, _ verb: String) throws(IMAP4Error) {
        guard capabilities?.offers(capability) == true else {
            throw IMAP4Error(
                .extensionNotOffered, command: verb, connectionIsUsable: true,
                "the server does not list \(capability)")
        }
    }

    private func encode(
        _ kind: IMAP4Command.Kind, tag: IMAP4Tag
    ) throws(IMAP4Error) -> (IMAP4Command.Kind, EncodedCommand, SASLExchange?) {
        switch kind {
        case .login:
            try checkLogin()
        case .authenticate(let credential):
            return try encodeAuthentication(credential, tag: tag)
        default: break
        }
        return (kind, try kind.encoded(tag: tag, capabilities: capabilities ?? []), nil)
    }

    // MARK: Authentication

    private var mayShowPassword: Bool { isSecured || options.allowsPasswordInPlaintext }

    private func checkLogin() throws(IMAP4Error) {
        // RFC 3501 §6.2.3: a client must not send LOGIN where the server says LOGINDISABLED, whatever its user wants.
        if capabilities?.contains(.loginDisabled) == true {
            throw authenticationError(
                "LOGIN", SASLError(.noCommonMechanism, "the server forbids LOGIN (LOGINDISABLED)"))
        }
        guard mayShowPassword else {
            throw authenticationError(
                "LOGIN", SASLError(.needsTLS, "the password would go over a connection without TLS"))
        }
    }

    private func authenticationError(_ verb: String, _ error: SASLError) -> IMAP4Error {
        IMAP4Error(.authentication, command: verb, connectionIsUsable: true, underlying: error)
    }

    /// AUTHENTICATE with the strongest mechanism; LOGIN where the server lists none that we have and does not forbid
    /// it.
    private func encodeAuthentication(
        _ credential: Credential, tag: IMAP4Tag
    ) throws(IMAP4Error) -> (IMAP4Command.Kind, EncodedCommand, SASLExchange?) {
        guard let capabilities else {
            throw .stateViolation("AUTHENTICATE", "the server has not said what it can do")
        }
        var mechanism: any Mechanism
        do throws(SASLError) {
            mechanism = try MechanismChoice.strongest(
                for: credential, offered: capabilities.mechanisms, allowingPassword: mayShowPassword)
        } catch {
            guard error.kind == .noCommonMechanism, !capabilities.contains(.loginDisabled),
                case .password(let user, let password) = credential.kind
            else { throw authenticationError("AUTHENTICATE", error) }
            return try encode(.login(user: user, password), tag: tag)
        }
        var octets = WireOctets("\(tag) AUTHENTICATE \(mechanism.name)")
        var initial: Secret?
        if capabilities.offers(.saslIR) {
            do throws(SASLError) {
                if let response = try mechanism.initialResponse() {
                    octets.append(ASCII.space)
                    // RFC 4959 §3: an empty response is sent as "=".
                    octets.appendSecret(contentsOf: response.isEmpty ? [0x3D] : Self.base64(response))
                    initial = response
                }
            } catch {
                throw authenticationError("AUTHENTICATE", error)
            }
        }
        octets.appendCRLF()
        let wasSilent = initial == nil
        return (
            .authenticate(credential), EncodedCommand(pieces: [octets], message: nil),
            SASLExchange(mechanism: mechanism, owesInitialResponse: wasSilent, said: initial)
        )
    }

    static func base64(_ secret: Secret) -> [UInt8] {
        secret.withOctets { Base64.encode($0) }
    }

    // MARK: Parts of commands

    /// DONE, now or when the server idles; nothing where the IDLE is over or was not sent yet.
    private mutating func endIdle(_ handle: CommandHandle) {
        if let place = queue.firstIndex(where: { $0.command.handle == handle }) {
            queue.remove(at: place)
            events.append(.failed(handle, .stateViolation("IDLE", "ended before it was sent")))
            return
        }
        guard lineOwner?.handle == handle, case .done(let isIdling, let isWanted) = lineOwner?.need, !isWanted else {
            return
        }
        lineOwner?.need = .done(isIdling: isIdling, isWanted: true)
        if isIdling { output.append("DONE\r\n") }
    }

    private mutating func appendOctets(_ octets: [UInt8], to handle: CommandHandle) throws(IMAP4Error) {
        guard lineOwner?.handle == handle, case .messageOctets(let left) = lineOwner?.need else {
            throw .stateViolation("APPEND", "the server does not wait for octets of this message")
        }
        let count = UInt64(octets.count)
        guard count <= left else { throw .invalidArgument("APPEND", "more octets than announced") }
        guard !octets.contains(0) else { throw .invalidArgument("APPEND", "NUL in a message") }
        output.append(contentsOf: octets)
        sendMessage(left: left - count, of: handle)
    }

    /// Notes how much of a message is still to come; where nothing is, the command ends.
    mutating func sendMessage(left: UInt64, of handle: CommandHandle) {
        if left > 0 {
            lineOwner?.need = .messageOctets(left: left)
        } else {
            output.appendCRLF()
            lineOwner = nil
        }
    }
}

extension SessionState {
    fileprivate var inWords: String {
        switch self {
        case .greeting: "before the greeting"
        case .notAuthenticated: "before authentication"
        case .authenticated: "when authenticated and no mailbox is selected"
        case .selected: "in a selected mailbox"
        case .logout: "after LOGOUT"
        }
    }
}
