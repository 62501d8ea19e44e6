internal import Octets

extension IMAP4Session {
    /// Takes in what the decoder has read.
    mutating func handle(_ part: ResponsePart) throws(IMAP4Error) {
        guard state != .greeting else { return try greeting(part) }
        switch part {
        case .response(.tagged(let tag, let reply)): try completion(tag, reply.masking(mask))
        case .response(.continuation(let text)): try continuation(text)
        case .response(.untagged(var data)):
            if case .reply(let reply) = data { data = .reply(reply.masking(mask)) }
            try apply(data)
            events.append(.data(data, answers: owner(of: data)))
        case .fetchBegan(let sequence, let attributes):
            // Octets of a message come only to who asked for them.
            events.append(
                .fetchBegan(sequence, attributes, answers: owner { if case .fetch = $0 { true } else { false } }))
        case .contentBegan(let content, let size): events.append(.contentBegan(content, size: size))
        case .contentOctets(let octets): events.append(.contentOctets(octets))
        case .contentEnded: events.append(.contentEnded)
        case .fetchContinued(let attributes): events.append(.fetchContinued(attributes))
        case .fetchEnded: events.append(.fetchEnded)
        }
    }

    /// `greeting = "*" SP (resp-cond-auth / resp-cond-bye) CRLF` (RFC 3501 §9).
    private mutating func greeting(_ part: ResponsePart) throws(IMAP4Error) {
        guard case .response(.untagged(.reply(let reply))) = part else {
            throw IMAP4Error(.unexpectedResponse, "the first response is no greeting")
        }
        switch reply.status {
        case .ok: state = .notAuthenticated
        case .preauth:
            // A server, or who stands between, must not talk us out of TLS by saying we are logged in already.
            guard isSecured || !options.requiresTLS else {
                throw IMAP4Error(.tlsRequired, reply: reply, "the greeting leaves no way to STARTTLS")
            }
            state = .authenticated
        case .bye: throw IMAP4Error(.serverClosing, reply: reply)
        case .no, .bad: throw IMAP4Error(.unexpectedResponse, reply: reply, "the first response is no greeting")
        }
        learn(reply.code)
        events.append(.greeting(reply))
    }

    private mutating func learn(_ code: IMAP4ResponseCode?) {
        if case .capability(let names) = code { learn(names) }
    }

    private mutating func learn(_ names: [IMAP4Capability]) {
        capabilities = Set(names)
        learnedCapabilities = capabilities
    }

    // MARK: Completion

    private mutating func completion(_ tag: IMAP4Tag, _ reply: IMAP4Reply) throws(IMAP4Error) {
        guard let place = inProgress.firstIndex(where: { $0.tag == tag }) else {
            throw IMAP4Error(.unexpectedResponse, reply: reply, "the completion of a command that is not in progress")
        }
        let command = inProgress.remove(at: place)
        let owner = lineOwner?.handle == command.handle ? lineOwner : nil
        if owner != nil { lineOwner = nil }
        if let owner { try checkEarlyCompletion(owner, reply) }
        if reply.status == .ok { learn(reply.code) }
        switch command.kind {
        case .authenticate, .login:
            var exchange: SASLExchange?
            if case .responses(let owned) = owner?.need { exchange = owned }
            return try authenticationEnded(command, reply, exchange)
        case .select: selectionEnded(reply)
        case .close, .unselect:
            guard reply.status == .ok else { break }
            state = .authenticated
            selected = nil
        case .logout: state = .logout
        case .startTLS:
            guard reply.status == .ok else { break }
            // RFC 3501 §6.2.1: TLS begins right behind the OK; what stands there in plaintext, somebody put there.
            guard input.isEmpty else { throw IMAP4Error(.plaintextAfterStartTLS, command: "STARTTLS", reply: reply) }
            upgrade = .agreed(command.handle, reply)
            return
        default: break
        }
        events.append(
            reply.status == .ok
                ? .completed(command.handle, reply)
                : .failed(
                    command.handle,
                    IMAP4Error(
                        reply.status == .bad ? .rejectedSyntax : .refused, command: command.kind.verb, reply: reply,
                        connectionIsUsable: ending == nil)))
    }

    /// A command of which not all is sent may be refused, but not carried out.
    private mutating func checkEarlyCompletion(_ owner: LineOwner, _ reply: IMAP4Reply) throws(IMAP4Error) {
        switch owner.need {
        case .pieces, .message:
            guard reply.status == .ok else { return }
        case .messageOctets:
            // The rest of the message would be read as commands.
            let error = IMAP4Error(
                .unexpectedResponse, command: owner.verb, reply: reply, "completed before the whole message was sent")
            guard reply.status == .ok else {
                ending = error
                return
            }
        case .responses, .done, .completion: return
        }
        throw IMAP4Error(
            .unexpectedResponse, command: owner.verb, reply: reply, "completed before the whole command was sent")
    }

    private mutating func selectionEnded(_ reply: IMAP4Reply) {
        defer { selecting = nil }
        guard reply.status == .ok, var mailbox = selecting else {
            // RFC 3501 §6.3.1: a selection that fails leaves no mailbox selected. BAD means that nothing was tried.
            if reply.status == .no {
                selected = nil
                state = .authenticated
            }
            return
        }
        if case .readOnly = reply.code { mailbox.isReadOnly = true }
        selected = mailbox
        state = .selected
    }

    // MARK: Data

    private mutating func apply(_ data: UntaggedResponse) throws(IMAP4Error) {
        switch data {
        case .reply(let reply): try apply(reply)
        case .capability(let names): learn(names)
        case .exists(let count): withMailbox { $0.messages = count }
        case .flags(let flags): withMailbox { $0.flags = flags }
        case .expunge(let number):
            guard selecting == nil, let count = selected?.messages else { return }
            guard number.value <= count else {
                throw IMAP4Error(.unexpectedResponse, "EXPUNGE \(number) of \(count) messages")
            }
            selected?.messages = count - 1
        default: break
        }
    }

    private mutating func apply(_ reply: IMAP4Reply) throws(IMAP4Error) {
        switch reply.status {
        case .preauth: throw IMAP4Error(.unexpectedResponse, reply: reply, "PREAUTH after the greeting")
        case .bye:
            if inProgress.contains(where: { if case .logout = $0.kind { true } else { false } }) {
                state = .logout
            } else {
                throw IMAP4Error(.serverClosing, command: inProgress.first?.kind.verb, reply: reply)
            }
        case .no, .bad: break
        case .ok:
            switch reply.code {
            case .capability(let names): learn(names)
            case .uidValidity(let validity): withMailbox { $0.uidValidity = validity }
            case .uidNext(let uid): withMailbox { $0.uidNext = uid }
            case .permanentFlags(let flags): withMailbox { $0.permanentFlags = flags }
            case .readOnly: withMailbox { $0.isReadOnly = true }
            case .readWrite: withMailbox { $0.isReadOnly = false }
            default: break
            }
        }
    }

    /// The mailbox data is about: the one that is being selected, else the one that is.
    private mutating func withMailbox(_ change: (inout SelectedMailboxState) -> Void) {
        if var mailbox = selecting {
            change(&mailbox)
            selecting = mailbox
        } else if var mailbox = selected {
            change(&mailbox)
            selected = mailbox
        }
    }

    // MARK: Whose answer

    private func owner(where isIt: (IMAP4Command.Kind) -> Bool) -> CommandHandle? {
        inProgress.first { isIt($0.kind) }?.handle
    }

    /// The command that the data answers; nil for what the server tells of itself.
    private func owner(of data: UntaggedResponse) -> CommandHandle? {
        switch data {
        case .capability: owner { if case .capability = $0 { true } else { false } }
        case .list: owner { if case .list = $0 { true } else { false } }
        case .status(let status): owner { if case .status(let name, _) = $0 { name == status.name } else { false } }
        case .search, .extendedSearch: owner { if case .search = $0 { true } else { false } }
        case .fetch(_, let attributes):
            owner {
                switch $0 {
                case .fetch(_, let items): Self.answers(attributes, items)
                case .store(_, _, let silently): !silently
                default: false
                }
            }
        case .reply(let reply):
            owner {
                switch ($0, reply.code) {
                case (.move, .copyUID), (.copy, .copyUID): true
                case (.select, _): true
                default: false
                }
            }
        case .exists, .flags, .recent: owner { if case .select = $0 { true } else { false } }
        default: nil
        }
    }

    /// Whether a FETCH response may answer a command that asked for `items`.
    ///
    /// Servers tell flags of any message at any time (RFC 3501 §7.4.2); an answer holds at least one item that was
    /// asked for and would not come by itself.
    private static func answers(_ attributes: [MessageAttribute], _ items: [FetchItem]) -> Bool {
        let asksForMore = items.contains { $0 != .uid && $0 != .flags }
        guard asksForMore else { return true }
        return attributes.contains { attribute in
            switch attribute {
            case .uid, .flags: false
            case .other(let name, _): items.contains(.other(name.string)) || !name.equalsIgnoringCase("MODSEQ")
            default: true
            }
        }
    }
}
