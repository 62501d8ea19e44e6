internal import Octets

extension IMAP4Session {
    /// Sends what may be sent now, in order.
    mutating func sendQueue() {
        guard case .none = upgrade else { return }
        while lineOwner == nil, let next = queue.first, next.rule.mayFollow(inProgress.lazy.map(\.effects)) {
            queue.removeFirst()
            send(next)
        }
    }

    private mutating func send(_ queued: QueuedCommand) {
        let handle = queued.command.handle
        let kind = queued.command.kind
        guard queued.rule.states.contains(state) else {
            events.append(.failed(handle, .stateViolation(kind.verb, "the state changed before it was sent")))
            return
        }
        inProgress.append(
            CommandInProgress(handle: handle, tag: queued.tag, kind: kind, effects: queued.rule.effects))
        var pieces = queued.encoded.pieces[...]
        if let first = pieces.popFirst() { output.append(first) }
        lineOwner = LineOwner(handle: handle, verb: kind.verb, need: .completion)
        switch kind {
        case .startTLS, .logout: break
        case .idle: lineOwner?.need = .done(isIdling: false, isWanted: false)
        case .authenticate:
            learnedCapabilities = nil
            if let exchange = queued.exchange { lineOwner?.need = .responses(exchange) }
        case .login:
            learnedCapabilities = nil
            awaitContinuation(pieces, message: nil)
        case .select(let name, let readOnly):
            selecting = SelectedMailboxState(name: name, isReadOnly: readOnly)
            awaitContinuation(pieces, message: nil)
        default: awaitContinuation(pieces, message: queued.encoded.message)
        }
    }

    /// Notes what the line's owner needs next: more pieces, a message, or nothing any more.
    private mutating func awaitContinuation(_ pieces: ArraySlice<WireOctets>, message: EncodedCommand.Message?) {
        guard let handle = lineOwner?.handle else { return }
        if !pieces.isEmpty {
            lineOwner?.need = .pieces(pieces, message: message)
        } else if let message, message.mustWait {
            lineOwner?.need = .message(size: message.size)
        } else if let message {
            beginMessage(size: message.size, of: handle)
        } else {
            lineOwner = nil
        }
    }

    private mutating func beginMessage(size: UInt64, of handle: CommandHandle) {
        events.append(.appendReady(handle))
        sendMessage(left: size, of: handle)
    }

    /// The server says it is ready for more (RFC 3501 §7.5).
    mutating func continuation(_ text: IMAP4Text) throws(IMAP4Error) {
        guard let owner = lineOwner else {
            throw IMAP4Error(.unexpectedResponse, "a continuation request that no command waits for")
        }
        switch owner.need {
        case .pieces(var pieces, let message):
            if let next = pieces.popFirst() { output.append(next) }
            awaitContinuation(pieces, message: message)
        case .message(let size): beginMessage(size: size, of: owner.handle)
        case .responses(let exchange): try answer(text, exchange)
        case .done(isIdling: false, let isWanted):
            lineOwner?.need = .done(isIdling: true, isWanted: isWanted)
            events.append(.idling(owner.handle))
            if isWanted { output.append("DONE\r\n") }
        case .done, .messageOctets, .completion:
            throw IMAP4Error(
                .unexpectedResponse, command: owner.verb, "a continuation request that the command does not wait for")
        }
    }
}
