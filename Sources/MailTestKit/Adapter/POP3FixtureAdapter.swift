internal import Octets
public import POP3
internal import SASL

/// How fixtures speak about a POP3 session.
///
/// Submitting: `capa`, `stls`, `auth USER PASSWORD`, `stat`, `list [N]`, `uidl [N]`, `retr N`, `top N LINES`, `dele N`, `rset`,
/// `noop`, `quit`; several commands with `+` between them are submitted in one go.
///
/// Options: `requiresTLS=true`, `allowsPasswordInPlaintext=true`, `quirks=none`, `lineLength=N`, `listings=N`,
/// `uniqueIDLength=N`, `capabilities=N`, `challengeLength=N`, `outstandingCommands=N`.
public enum POP3FixtureAdapter: FixtureAdapter {
    /// The engine.
    public typealias Engine = POP3Session

    /// `pop3`.
    public static let folder = "pop3"

    /// A session by `options`.
    public static func makeEngine(isSecured: Bool, options: [String: String]) throws(FixtureError) -> POP3Session {
        var configuration = POP3Session.Configuration()
        for (key, value) in options.sorted(by: { $0.key < $1.key }) {
            switch (key, value, Int(value)) {
            case ("requiresTLS", "true", _): configuration.requiresTLS = true
            case ("allowsPasswordInPlaintext", "true", _): configuration.allowsPasswordInPlaintext = true
            case ("quirks", "none", _): configuration.quirks = []
            case ("lineLength", _, let number?): configuration.limits.lineLength = number
            case ("listings", _, let number?): configuration.limits.listings = number
            case ("uniqueIDLength", _, let number?): configuration.limits.uniqueIDLength = number
            case ("capabilities", _, let number?): configuration.limits.capabilities = number
            case ("challengeLength", _, let number?): configuration.limits.challengeLength = number
            case ("outstandingCommands", _, let number?): configuration.limits.outstandingCommands = number
            default: throw FixtureError("no such option: \(key)=\(value)")
            }
        }
        return POP3Session(isSecured: isSecured, configuration: configuration)
    }

    /// The commands that a line submits.
    public static func commands(for words: [String]) throws(FixtureError) -> [POP3Command] {
        var commands: [POP3Command] = []
        for part in words.split(separator: "+", omittingEmptySubsequences: false) {
            commands.append(try command(Array(part)))
        }
        return commands
    }

    private static func command(_ words: [String]) throws(FixtureError) -> POP3Command {
        let arguments = Array(words.dropFirst())
        let numbers = arguments.compactMap { UInt32($0) }
        switch (words.first ?? "", arguments.count, numbers.count) {
        case ("capa", 0, _): return .capabilities
        case ("stls", 0, _): return .startTLS
        case ("auth", 2, _): return .authenticate(.password(user: arguments[0], Secret(arguments[1])))
        case ("stat", 0, _): return .statistics
        case ("list", 0, _): return .list(nil)
        case ("list", 1, 1): return .list(POP3MessageNumber(numbers[0]))
        case ("uidl", 0, _): return .uniqueIDs(nil)
        case ("uidl", 1, 1): return .uniqueIDs(POP3MessageNumber(numbers[0]))
        case ("retr", 1, 1): return .retrieve(POP3MessageNumber(numbers[0]))
        case ("top", 2, 2): return .top(POP3MessageNumber(numbers[0]), lines: numbers[1])
        case ("dele", 1, 1): return .delete(POP3MessageNumber(numbers[0]))
        case ("rset", 0, _): return .reset
        case ("noop", 0, _): return .noop
        case ("quit", 0, _): return .quit
        default: throw FixtureError("no such command: \(words.joined(separator: " "))")
        }
    }

    /// The event in a few words, beginning with its name.
    public static func describe(_ event: POP3Event) -> String? {
        switch event {
        case .greeting(let response): return "greeting \(describe(response))"
        case .capabilities(let capabilities): return describe(capabilities)
        case .tlsEstablished: return "tls established"
        case .authenticated(let response): return "authenticated \(describe(response))"
        case .statistics(let listing): return "statistics \(listing.messageCount) \(listing.size)"
        case .listings(let listings):
            return (["listings"] + listings.map { "\($0.number):\($0.size)" }).joined(separator: " ")
        case .uniqueIDs(let listings):
            return (["unique-ids"] + listings.map { "\($0.number):\($0.uniqueID)" }).joined(separator: " ")
        case .contentBegan(let response): return "content began \(describe(response))"
        case .content(let octets): return octets.reduce(into: contentSign) { $0 += describe($1) }
        case .contentEnded: return "content ended"
        case .completed(let verb, let response): return "completed \(verb) \(describe(response))"
        case .refused(let error): return describe(error)
        case .closed(let response, let deletions):
            let words = ["closed", response.map { describe($0) }, describe(deletions)]
            return words.compactMap { $0 }.joined(separator: " ")
        }
    }

    /// Kind, verb, response code and text, and what is known about deletions where there were any.
    public static func describe(_ failure: POP3Error) -> String {
        var words = [failure.kind.description]
        if let command = failure.command { words.append(command) }
        if let response = failure.response { words.append(describe(response)) }
        if let deletions = describe(failure.deletions) { words.append(deletions) }
        return words.joined(separator: " ")
    }

    /// Pieces of content that followed each other are one.
    public static func joined(_ earlier: String, _ later: String) -> String? {
        guard earlier.hasPrefix(contentSign), later.hasPrefix(contentSign) else { return nil }
        return earlier + later.dropFirst(contentSign.count)
    }

    private static let contentSign = "content: "

    /// An octet as its character; where it is not ASCII as `\xHH`, so that a cut between two octets of a character cannot matter.
    private static func describe(_ octet: UInt8) -> String {
        octet < 0x80 ? String(Unicode.Scalar(octet)) : "\\x" + String(octet, radix: 16, uppercase: true)
    }

    /// Response code and text.
    private static func describe(_ response: POP3Response) -> String {
        let text = "\"\(response.humanReadableText)\""
        return response.responseCode.map { "\($0) \(text)" } ?? text
    }

    private static func describe(_ capabilities: POP3Capabilities) -> String {
        let offers = capabilities.tags.map { tag in
            ([tag.canonicalName] + capabilities.parameters(of: tag)).joined(separator: " ")
        }
        return (["capabilities"] + offers.map { "[\($0)]" }).joined(separator: " ")
    }

    private static func describe(_ deletions: DeletionOutcome) -> String? {
        switch deletions {
        case .none: nil
        case .committed(let count): "committed \(count)"
        case .unconfirmed(let count): "unconfirmed \(count)"
        }
    }
}
