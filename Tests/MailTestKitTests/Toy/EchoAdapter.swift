import MailTestKit

/// Joins fixtures to an `EchoEngine`; `# client: fault=name` makes it a wrong one.
enum EchoAdapter: FixtureAdapter {
    static let folder = "echo"

    static func makeEngine(isSecured: Bool, options: [String: String]) throws(FixtureError) -> EchoEngine {
        guard let name = options["fault"] else { return EchoEngine() }
        guard let fault = faults[name] else { throw FixtureError("\(name) is no fault") }
        return EchoEngine(faults: fault)
    }

    static func commands(for words: [String]) throws(FixtureError) -> [EchoEngine.Command] {
        switch (words.first, words.count) {
        case ("echo", 2...): words.dropFirst().map { .echo($0) }
        case ("pass", 2): [.pass(words[1])]
        case ("secure", 1): [.secure]
        case ("tagged", 2): [.tagged(words[1])]
        default: throw FixtureError("\(words) is no command")
        }
    }

    static func describe(_ event: EchoEngine.Event) -> String? {
        switch event {
        case .greeting: "greeting"
        case .echoed(let text): "echoed \"\(text)\""
        case .refused(let text): "refused \"\(text)\""
        case .unasked(let text): "unasked \"\(text)\""
        case .secured: "secured"
        case .ended: "ended"
        case .body(let text): "body \"\(text)\""
        case .hidden: nil
        }
    }

    static func describe(_ failure: EchoEngine.Failure) -> String { failure.text }

    static func joined(_ earlier: String, _ later: String) -> String? {
        guard earlier.hasPrefix("body "), later.hasPrefix("body ") else { return nil }
        return String(earlier.dropLast()) + later.dropFirst("body \"".count)
    }

    private static let faults: [String: EchoEngine.Faults] = [
        "writesLowerCase": .writesLowerCase, "writesTwice": .writesTwice, "losesEvents": .losesEvents,
        "repeatsEvents": .repeatsEvents, "showsSecrets": .showsSecrets, "marksVerbs": .marksVerbs,
        "ignoresSecure": .ignoresSecure, "failsOnGreeting": .failsOnGreeting, "parsesPieces": .parsesPieces,
        "losesCRAtEnd": .losesCRAtEnd, "neverStops": .neverStops, "keepsPlaintext": .keepsPlaintext,
        "securesUnasked": .securesUnasked, "answersEarly": .answersEarly, "ignoresEnd": .ignoresEnd,
        "takesAnything": .takesAnything, "swapsEvents": .swapsEvents, "writesSeparately": .writesSeparately,
    ]
}
