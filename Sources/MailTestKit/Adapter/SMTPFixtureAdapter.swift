internal import Octets
internal import SASL
public import SMTP

/// How fixtures speak about an SMTP session.
///
/// Submitting: `ehlo NAME`, `starttls`, `auth USER PASSWORD`, `send from=ADDRESS to=ADDRESS … [size=N]
/// [body=7bit|8bit] [header=utf8]` (`from=` alone is the null path), `content TEXT`, `end`, `reset`, `noop`, `quit`.
///
/// Options: `requiresTLS=true`, `allowsPasswordInPlaintext=true`, `partialAcceptance=allOrNone`, `lineEnds=refuse`,
/// `replyLines=N`, `replyLineLength=N`, `challengeLength=N`.
public enum SMTPFixtureAdapter: FixtureAdapter {
    /// The engine.
    public typealias Engine = SMTPSession

    /// `smtp`.
    public static let folder = "smtp"

    /// A session by `options`.
    public static func makeEngine(isSecured: Bool, options: [String: String]) throws(FixtureError) -> SMTPSession {
        var configuration = SMTPSession.Configuration()
        for (key, value) in options.sorted(by: { $0.key < $1.key }) {
            switch (key, value, Int(value)) {
            case ("requiresTLS", "true", _): configuration.requiresTLS = true
            case ("allowsPasswordInPlaintext", "true", _): configuration.allowsPasswordInPlaintext = true
            case ("partialAcceptance", "allOrNone", _): configuration.partialAcceptance = .allOrNone
            case ("lineEnds", "refuse", _): configuration.lineEnds = .refuse
            case ("replyLines", _, let number?): configuration.limits.replyLines = number
            case ("replyLineLength", _, let number?): configuration.limits.replyLineLength = number
            case ("challengeLength", _, let number?): configuration.limits.challengeLength = number
            default: throw FixtureError("no such option: \(key)=\(value)")
            }
        }
        return SMTPSession(isSecured: isSecured, configuration: configuration)
    }

    /// The one command that a line submits.
    public static func commands(for words: [String]) throws(FixtureError) -> [SMTPCommand] {
        let arguments = Array(words.dropFirst())
        switch (words.first ?? "", arguments.count) {
        case ("ehlo", 1): return [.hello(try grammar { () throws(GrammarError) in try EHLOArgument(arguments[0]) })]
        case ("starttls", 0): return [.startTLS]
        case ("auth", 2): return [.authenticate(.password(user: arguments[0], Secret(arguments[1])))]
        case ("send", 2...): return [try send(arguments)]
        case ("content", 1): return [.content(Array(arguments[0].utf8))]
        case ("end", 0): return [.endOfContent]
        case ("reset", 0): return [.reset]
        case ("noop", 0): return [.noop]
        case ("quit", 0): return [.quit]
        default: throw FixtureError("no such command: \(words.joined(separator: " "))")
        }
    }

    /// The event in a few words, beginning with its name.
    public static func describe(_ event: SMTPEvent) -> String? {
        switch event {
        case .greeting(let reply): return "greeting \(describe(reply))"
        case .extensions(let extensions, _): return describe(extensions)
        case .tlsEstablished: return "tls established"
        case .authenticated(let reply): return "authenticated \(describe(reply))"
        case .sender(let reply): return "sender \(describe(reply))"
        case .recipient(let result): return "recipient \(result.recipient) \(describe(result.reply))"
        case .contentWanted(let reply): return "content wanted \(describe(reply))"
        case .delivered(let delivery):
            let counts = "\(delivery.acceptedRecipients.count) of \(delivery.recipients.count)"
            return "delivered to \(counts) \(describe(delivery.reply))"
        case .undelivered(let error): return "undelivered \(describe(error))"
        case .completed(let verb, let reply): return "completed \(verb) \(describe(reply))"
        case .refused(let error): return describe(error)
        case .closed(let reply): return reply.map { "closed \(describe($0))" } ?? "closed"
        }
    }

    /// Kind, verb, reply, and what is known about the message where there was one.
    public static func describe(_ failure: SMTPError) -> String {
        var words = [failure.kind.description]
        if let command = failure.command { words.append(command) }
        if let reply = failure.reply { words.append(describe(reply)) }
        if failure.acceptance != .notSent { words.append("\(failure.acceptance)") }
        return words.joined(separator: " ")
    }

    /// Code, enhanced code and text.
    public static func describe(_ reply: SMTPReply) -> String {
        let code = reply.enhancedCode.map { "\(reply.code) \($0)" } ?? "\(reply.code)"
        return "\(code) \"\(reply.text)\""
    }

    private static func describe(_ extensions: ServiceExtensions) -> String {
        guard extensions.isExtended else { return "extensions none" }
        let offers = extensions.keywords.map { keyword in
            ([keyword.canonicalName] + extensions.parameters(of: keyword)).joined(separator: " ")
        }
        return (["extensions"] + offers.map { "[\($0)]" }).joined(separator: " ")
    }

    private static func send(_ arguments: [String]) throws(FixtureError) -> SMTPCommand {
        var content = ContentDescription(body: .sevenBit)
        var envelope = SMTPEnvelope(from: .null, to: [])
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts[0], parts.count > 1 ? parts[1] : "") {
            case ("from", ""): envelope.from = .null
            case ("from", let text): envelope.from = try grammar { () throws(GrammarError) in try ReversePath(text) }
            case ("to", let text): envelope.to.append(try grammar { () throws(GrammarError) in try ForwardPath(text) })
            case ("size", let text): content.size = UInt64(text)
            case ("body", "7bit"): content.body = .sevenBit
            case ("body", "8bit"): content.body = .eightBit
            case ("body", "any"): content.body = .undetermined
            case ("header", "utf8"): content.hasInternationalizedHeader = true
            default: throw FixtureError("no such argument of send: \(argument)")
            }
        }
        return .send(envelope, content)
    }

    private static func grammar<Value>(_ body: () throws(GrammarError) -> Value) throws(FixtureError) -> Value {
        do throws(GrammarError) { return try body() } catch { throw FixtureError(error.description) }
    }
}
