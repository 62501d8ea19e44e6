package import IMAP4
internal import Octets
internal import SASL

/// How fixtures speak about an IMAP session.
///
/// Submitting: `capability`, `noop`, `logout`, `starttls`, `login USER PASSWORD`, `authenticate USER PASSWORD`, `list
/// REFERENCE PATTERN`, `create NAME`, `status NAME ITEM …`, `select NAME`, `examine NAME`, `close`, `unselect`,
/// `append NAME SIZE [FLAG …]`, `octets TEXT`, `fetch SET ITEM …` (`uid flags internaldate size envelope
/// bodystructure body=SECTION peek=SECTION`, a run of octets as `peek=SECTION<0.10>`), `search KEY …`, `store SET
/// +|-|= FLAG …`, `copy SET NAME`, `move SET NAME`, `expunge`, `uid-expunge SET`, `idle`, `done`. Names, sets and
/// sections are as the wire has them, names with `utf8:` in front as people write them.
///
/// Options: `requiresTLS=true`, `allowsPasswordInPlaintext=true`, `lineLength=N`, `literalLength=N`,
/// `responseLength=N`, `nestingDepth=N`, `streamingThreshold=N`, `challengeLength=N`, `capabilities=N`,
/// `bareLineFeed=false`.
package enum IMAP4FixtureAdapter: FixtureAdapter {
    package typealias Engine = IMAP4Session

    package static let folder = "imap4"

    package static func makeEngine(isSecured: Bool, options: [String: String]) throws(FixtureError) -> IMAP4Session {
        var session = IMAP4SessionOptions()
        for (key, value) in options.sorted(by: { $0.key < $1.key }) {
            switch (key, value, Int(value)) {
            case ("requiresTLS", "true", _): session.requiresTLS = true
            case ("allowsPasswordInPlaintext", "true", _): session.allowsPasswordInPlaintext = true
            case ("bareLineFeed", "false", _): session.quirks.remove(.bareLineFeed)
            case ("lineLength", _, let number?): session.limits.lineLength = number
            case ("literalLength", _, let number?): session.limits.literalLength = number
            case ("responseLength", _, let number?): session.limits.responseLength = number
            case ("nestingDepth", _, let number?): session.limits.nestingDepth = number
            case ("streamingThreshold", _, let number?): session.limits.streamingThreshold = number
            case ("challengeLength", _, let number?): session.limits.challengeLength = number
            case ("capabilities", _, let number?): session.limits.capabilities = number
            default: throw FixtureError("no such option: \(key)=\(value)")
            }
        }
        return IMAP4Session(options: session, isSecured: isSecured)
    }

    // MARK: Commands

    package static func commands(for words: [String]) throws(FixtureError) -> [IMAP4Command] {
        let verb = words.first ?? ""
        guard let number = verbs.firstIndex(of: verb == "octets" ? "append" : verb == "done" ? "idle" : verb) else {
            throw FixtureError("no such command: \(verb)")
        }
        // The handle is the verb's place, so that events can name the command they answer.
        return [IMAP4Command(CommandHandle(UInt64(number)), try kind(verb, Array(words.dropFirst())))]
    }

    private static let verbs = [
        "capability", "noop", "logout", "starttls", "login", "authenticate", "list", "create", "status", "select",
        "examine", "close", "unselect", "append", "fetch", "search", "store", "copy", "move", "expunge",
        "uid-expunge", "idle",
    ]

    static func verb(of handle: CommandHandle) -> String {
        let place = Int(clamping: handle.number)
        return place < verbs.count ? verbs[place] : "?"
    }

    private static func kind(_ verb: String, _ arguments: [String]) throws(FixtureError) -> IMAP4Command.Kind {
        switch (verb, arguments.count) {
        case ("capability", 0): .capability
        case ("noop", 0): .noop
        case ("logout", 0): .logout
        case ("starttls", 0): .startTLS
        case ("login", 2): .login(user: arguments[0], Secret(arguments[1]))
        case ("authenticate", 2): .authenticate(.password(user: arguments[0], Secret(arguments[1])))
        case ("list", 2): .list(reference: name(arguments[0]), pattern: Array(arguments[1].utf8))
        case ("create", 1): .create(name(arguments[0]))
        case ("status", 1...): .status(name(arguments[0]), arguments.dropFirst().map { StatusItem($0) })
        case ("select", 1): .select(name(arguments[0]), readOnly: false)
        case ("examine", 1): .select(name(arguments[0]), readOnly: true)
        case ("close", 0): .close
        case ("unselect", 0): .unselect
        case ("append", 2...):
            .append(
                name(arguments[0]), flags: arguments.dropFirst(2).map { Flag($0) }, date: nil,
                size: try number(arguments[1]))
        case ("octets", 1): .appendOctets(Array(arguments[0].utf8))
        case ("fetch", 1...): .fetch(try set(arguments[0]), try items(arguments.dropFirst()))
        case ("search", 0...): .search(try keys(arguments))
        case ("store", 2...):
            .store(try set(arguments[0]), try change(arguments[1], arguments.dropFirst(2)), silently: true)
        case ("copy", 2): .copy(try set(arguments[0]), name(arguments[1]))
        case ("move", 2): .move(try set(arguments[0]), name(arguments[1]))
        case ("expunge", 0): .expunge
        case ("uid-expunge", 1): .expungeUIDs(try set(arguments[0]))
        case ("idle", 0): .idle
        case ("done", 0): .done
        default: throw FixtureError("\(verb) does not take \(arguments.count) arguments")
        }
    }

    private static func name(_ text: String) -> MailboxName {
        text.hasPrefix("utf8:") ? MailboxName(String(text.dropFirst(5))) : MailboxName(octets: Array(text.utf8))
    }

    private static func number(_ text: String) throws(FixtureError) -> UInt64 {
        guard let number = UInt64(text) else { throw FixtureError("\(text) is no number") }
        return number
    }

    private static func set(_ text: String) throws(FixtureError) -> UIDSet {
        if text == "none" { return UIDSet() }
        guard let set = UIDSet(IMAP4Text(text)) else { throw FixtureError("\(text) is no set") }
        return set
    }

    private static func items(_ words: ArraySlice<String>) throws(FixtureError) -> [FetchItem] {
        var items: [FetchItem] = []
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts[0], parts.count) {
            case ("uid", 1): items.append(.uid)
            case ("flags", 1): items.append(.flags)
            case ("internaldate", 1): items.append(.internalDate)
            case ("size", 1): items.append(.size)
            case ("envelope", 1): items.append(.envelope)
            case ("bodystructure", 1): items.append(.bodyStructure)
            case ("body", 2), ("peek", 2):
                let (section, range) = try section(parts[1])
                items.append(parts[0] == "body" ? .body(section, range) : .bodyPeek(section, range))
            default: items.append(.other(word))
            }
        }
        return items
    }

    private static func section(_ text: String) throws(FixtureError) -> (BodySection, FetchItem.OctetRange?) {
        let parts = text.split(separator: "<", omittingEmptySubsequences: false).map(String.init)
        let names = parts[0].split(separator: " ").map(String.init)
        let section: BodySection =
            names.first == "HEADER.FIELDS"
            ? BodySection(.headerFields(Array(names.dropFirst()))) : BodySection(stringLiteral: parts[0])
        guard parts.count > 1 else { return (section, nil) }
        let numbers = parts[1].dropLast().split(separator: ".").map(String.init)
        guard numbers.count == 2 else { throw FixtureError("\(text) is no section") }
        return (section, FetchItem.OctetRange(offset: try number(numbers[0]), count: try number(numbers[1])))
    }

    private static func keys(_ words: [String]) throws(FixtureError) -> [SearchKey] {
        var keys: [SearchKey] = []
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let value = parts.count > 1 ? parts[1] : ""
            switch parts[0] {
            case "all": keys.append(.all)
            case "flag": keys.append(.flag(Flag(value)))
            case "noflag": keys.append(.noFlag(Flag(value)))
            case "subject": keys.append(.subject(value))
            case "from": keys.append(.from(value))
            case "header": keys.append(.header("Message-ID", value))
            case "uid": keys.append(.uid(try set(value)))
            case "larger": keys.append(.larger(try number(value)))
            case "sequence":
                guard let numbers = SequenceSet(IMAP4Text(value)) else { throw FixtureError("\(value) is no set") }
                keys.append(.sequence(numbers))
            default: throw FixtureError("no such search key: \(word)")
            }
        }
        return keys
    }

    private static func change(_ sign: String, _ flags: ArraySlice<String>) throws(FixtureError) -> FlagChange {
        switch sign {
        case "+": .add(flags.map { Flag($0) })
        case "-": .remove(flags.map { Flag($0) })
        case "=": .replace(flags.map { Flag($0) })
        default: throw FixtureError("\(sign) is no way to change flags: + - =")
        }
    }
}
