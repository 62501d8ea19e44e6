/// The states of RFC 3501 §3.
package enum SessionState: Sendable, Hashable {
    /// The server has not spoken yet.
    case greeting
    case notAuthenticated
    case authenticated
    case selected
    case logout
}

/// How a command meets the state of the session and the commands around it: the table of this room, to be read aloud.
struct CommandRule: Sendable {
    /// The states in which the command may be sent (RFC 3501 §6).
    let states: Set<SessionState>
    /// What it touches and shows, which decides whether it may overlap with another.
    let effects: CommandEffects

    private static let any: Set<SessionState> = [.notAuthenticated, .authenticated, .selected]
    private static let loggedIn: Set<SessionState> = [.authenticated, .selected]

    /// The rule of a command.
    static func of(_ command: IMAP4Command.Kind) -> CommandRule {
        switch command {
        case .capability: CommandRule(states: any, effects: [.tellsCapabilities, .mayTellExpunges])
        case .noop: CommandRule(states: any, effects: [.mayTellExpunges])
        case .logout: CommandRule(states: any, effects: [.alone])
        case .startTLS, .authenticate, .login: CommandRule(states: [.notAuthenticated], effects: [.alone])
        case .list: CommandRule(states: loggedIn, effects: [.tellsMailboxes, .readsMailboxes, .mayTellExpunges])
        case .create: CommandRule(states: loggedIn, effects: [.changesMailboxes, .mayTellExpunges])
        case .status: CommandRule(states: loggedIn, effects: [.tellsStatus, .readsMailboxes, .mayTellExpunges])
        case .select: CommandRule(states: loggedIn, effects: [.alone])
        case .close, .unselect: CommandRule(states: [.selected], effects: [.alone])
        case .append, .appendOctets:
            CommandRule(states: loggedIn, effects: [.changesMailboxes, .mayTellExpunges])
        case .fetch(_, let items):
            CommandRule(
                states: [.selected],
                effects: items.contains(where: \.setsSeen)
                    ? [.tellsMessages, .readsMessages, .changesMessages, .mayTellExpunges]
                    : [.tellsMessages, .readsMessages, .mayTellExpunges])
        case .search(let keys):
            CommandRule(
                states: [.selected],
                effects: keys.contains(where: \.usesSequenceNumbers)
                    ? [.tellsNumbers, .readsMessages, .mayTellExpunges, .usesSequenceNumbers]
                    : [.tellsNumbers, .readsMessages, .mayTellExpunges])
        case .store(_, _, let silently):
            CommandRule(
                states: [.selected],
                effects: silently
                    ? [.changesMessages, .mayTellExpunges] : [.changesMessages, .tellsMessages, .mayTellExpunges])
        case .copy:
            CommandRule(states: [.selected], effects: [.readsMessages, .changesMailboxes, .mayTellExpunges])
        case .move:
            CommandRule(states: [.selected], effects: [.changesMessages, .changesMailboxes, .mayTellExpunges])
        case .expunge, .expungeUIDs: CommandRule(states: [.selected], effects: [.changesMessages, .mayTellExpunges])
        case .idle: CommandRule(states: loggedIn, effects: [.alone])
        case .done: CommandRule(states: loggedIn, effects: [])
        }
    }

    /// Whether the command may be sent while `others` are not complete (RFC 3501 §5.5).
    func mayFollow(_ others: some Sequence<CommandEffects>) -> Bool {
        others.allSatisfy { !effects.isAmbiguous(after: $0) }
    }
}

/// What a command touches and what untagged responses it calls for.
struct CommandEffects: OptionSet, Sendable {
    let rawValue: UInt16

    /// Nothing else may be in progress, before or behind: it changes the state of the session, or takes over the line.
    static let alone = CommandEffects(rawValue: 1 << 0)
    /// Sequence numbers stand in the command.
    static let usesSequenceNumbers = CommandEffects(rawValue: 1 << 1)
    /// The server may tell expunges meanwhile: all but FETCH, STORE and SEARCH by sequence number.
    static let mayTellExpunges = CommandEffects(rawValue: 1 << 2)
    /// Depends on the flags or existence of messages.
    static let readsMessages = CommandEffects(rawValue: 1 << 3)
    /// Changes flags or existence of messages.
    static let changesMessages = CommandEffects(rawValue: 1 << 4)
    /// Depends on which mailboxes there are or what they hold.
    static let readsMailboxes = CommandEffects(rawValue: 1 << 5)
    /// Changes which mailboxes there are or what they hold.
    static let changesMailboxes = CommandEffects(rawValue: 1 << 6)
    /// Answered by FETCH responses.
    static let tellsMessages = CommandEffects(rawValue: 1 << 7)
    /// Answered by SEARCH responses.
    static let tellsNumbers = CommandEffects(rawValue: 1 << 8)
    /// Answered by LIST responses.
    static let tellsMailboxes = CommandEffects(rawValue: 1 << 9)
    /// Answered by STATUS responses.
    static let tellsStatus = CommandEffects(rawValue: 1 << 10)
    /// Answered by CAPABILITY responses.
    static let tellsCapabilities = CommandEffects(rawValue: 1 << 11)

    private static let tells: CommandEffects = [
        .tellsMessages, .tellsNumbers, .tellsMailboxes, .tellsStatus, .tellsCapabilities,
    ]

    /// Whether this could read or be read differently because `earlier` is not complete.
    func isAmbiguous(after earlier: CommandEffects) -> Bool {
        // A state change, or an exchange that owns the line.
        if contains(.alone) || earlier.contains(.alone) { return true }
        // An expunge on the way would shift our sequence numbers.
        if contains(.usesSequenceNumbers), earlier.contains(.mayTellExpunges) { return true }
        // Nobody could tell whose answer the same kind of response is.
        if !intersection(earlier).isDisjoint(with: Self.tells) { return true }
        // One changes what the other reads or changes.
        if contains(.changesMessages), !earlier.isDisjoint(with: [.readsMessages, .changesMessages]) { return true }
        if contains(.readsMessages), earlier.contains(.changesMessages) { return true }
        if contains(.changesMailboxes), !earlier.isDisjoint(with: [.readsMailboxes, .changesMailboxes]) { return true }
        return contains(.readsMailboxes) && earlier.contains(.changesMailboxes)
    }
}

extension FetchItem {
    /// Whether the server sets `\Seen` because of it.
    var setsSeen: Bool {
        if case .body = self { return true }
        return false
    }
}
