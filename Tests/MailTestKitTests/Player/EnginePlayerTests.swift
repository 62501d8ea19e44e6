import Testing

@testable import MailTestKit

@Suite("Playing a fixture against an engine")
struct EnginePlayerTests {
    private static let deliveries: [FixtureDelivery] = [.whole, .byteByByte, .everySplit]

    private func error(_ text: String, _ delivery: FixtureDelivery = .whole) -> FixtureError? {
        do {
            try EnginePlayer<EchoAdapter>.play(try Fixture(text), delivery)
            return nil
        } catch {
            return error
        }
    }

    private static let echo = "S: HELLO\n=> greeting\n> echo a\nC: ECHO a\nS: OK a\n=> echoed \"a\""
    private static let pass = "S: HELLO\n=> greeting\n> pass b\nC: PASS {secret:b}\nS: OK\n=> echoed \"\""
    private static let secure = "S: HELLO\n=> greeting\n> secure\nC: SECURE\nS: OK\n!tls\n=> secured"
    private static let injected =
        "S: HELLO\n=> greeting\n> secure\nC: SECURE\nS: OK\nS: * x\n=> failure plaintext behind SECURE"

    @Test("a right engine plays", arguments: deliveries)
    func plays(_ delivery: FixtureDelivery) {
        #expect(error(Traces.whole, delivery) == nil)
    }

    @Test("writes in pieces are one stream", arguments: deliveries)
    func writesSeparately(_ delivery: FixtureDelivery) {
        #expect(error(Traces.body(Self.echo, fault: "writesSeparately"), delivery) == nil)
    }

    @Test(
        "what an engine does wrong is told, with the line",
        arguments: [
            (echo, "writesLowerCase", 9, "octet 0: expected \"ECHO a\\r\\n\", got \"echo a\\r\\n\""),
            (echo, "writesTwice", 10, "out of turn before S:: expected nothing, got \"ECHO a\\r\\n\""),
            (echo, "losesEvents", 11, "an event is missing: expected \"echoed \"a\"\", got none"),
            (echo, "repeatsEvents", 8, "an event came out of turn before >: expected none, got \"greeting\""),
            (echo, "answersEarly", 10, "an event came out of turn before S:: expected none, got \"echoed \"a\"\""),
            (
                echo, "failsOnGreeting", 7,
                "an event is missing: expected \"greeting\", got none; it failed: \"no greeting: HELLO\""
            ),
            (echo, "securesUnasked", 7, "an event is missing: expected \"greeting\", got none; it asks for TLS"),
            (echo, "neverStops", 6, "never needs input"),
            (pass, "showsSecrets", 9, "expected \"PASS {secret:b}\\r\\n\", got \"PASS b\\r\\n\""),
            (pass, "marksVerbs", 9, "expected \"PASS {secret:b}\\r\\n\", got \"{secret:PASS b}\\r\\n\""),
            (secure, "ignoresSecure", 11, "an event came out of turn before !tls: expected none, got \"secured\""),
            (
                injected, "keepsPlaintext", 12,
                "a failure is missing: expected \"plaintext behind SECURE\", got none; it asks for TLS"
            ),
            (
                "S: HELLO\n=> greeting\n!close\n=> ended", "ignoresEnd", 9,
                "an event is missing: expected \"ended\", got none"
            ),
            ("S: HELLO\n=> greeting\n>! echo \"\\n\"\n=> rejected x", "takesAnything", 8, "should reject"),
            ("S: HELLO\nS: * a\nS: * b\n=> greeting\n=> unasked \"a\"\n=> unasked \"b\"", "none", 6, "is no fault"),
        ])
    func wrong(_ steps: String, _ fault: String, _ line: Int, _ message: String) {
        let error = error(Traces.body(steps, channel: "plaintext", fault: fault))
        if fault == "none" || fault == "neverStops" {
            #expect(error?.line == nil)
        } else {
            #expect(error?.line == line, "\(error.map { "\($0)" } ?? "played")")
        }
        #expect(error?.message.contains(message) == true, "\(error.map { "\($0)" } ?? "played")")
    }

    @Test(
        "what a fixture says wrong is told, with the line",
        arguments: [
            ("S: HELLO\n=> greeting\n> echo a\nS: OK a\n=> echoed \"a\"", 8, "out of turn before S:"),
            ("S: HELLO\n=> greeting\n> echo a\n=> echoed \"a\"", 8, "an event is missing"),
            (
                "S: HELLO\n=> greeting\n> echo a\nC: ECHO a\nC: ECHO b\n=> x", 9,
                "did not write: expected \"ECHO b\\r\\n\", got no octet"
            ),
            ("S: HELLO\n=> greeting\n> echo a\nC: ECHO abc\n=> x", 8, "at octet 6"),
            ("S: HELLO\n=> greeting\n> echo a\nC: ECHO a", nil, nil),
            ("S: HELLO\n=> greeting\n> echo a", nil, "out of turn before the end of the fixture"),
            ("S: HELLO\nS: * b\n=> greeting", nil, "an event came out of turn before the end"),
            ("S: HELLO\n=> greeting\nS: OK", nil, "failed before the end of the fixture: \"unasked \"OK\"\""),
            ("S: HELLO\n=> greeting\nS: OK\nS: OK\n> echo a\nC: ECHO a\n=> x", 9, "failed before >"),
            ("S: HELLO\n=> greeting\n=> failure x", 7, "a failure is missing"),
            (
                "S: HELLO\n=> greeting\nS: OK\n=> failure x", 8,
                "a failure says something else: expected \"x\", got \"unasked \"OK\"\""
            ),
            ("S: HELLO\n=> greeting\n> nonsense\n=> x", 7, "is no command"),
            ("S: HELLO\n=> greeting\n> echo \"\\n\"\n=> x", 7, "rejects the command: control character in \"\\n\""),
            (">! echo \"\\n\"\n=> rejected x", 6, "a rejection says something else"),
            ("S: HELLO\n=> greeting\n!tls\n=> secured", 7, "does not ask for TLS; it needs input"),
            ("S: HELLO\n=> greeting\n> secure\nC: SECURE\nS: OK\n=> secured", 10, "it asks for TLS"),
            ("S: HELLO\n=> greeting\n> secure\nC: SECURE\nS: OK\nS: * more\n!tls\n=> secured", 11, "failed"),
        ] as [(String, Int?, String?)])
    func wrongFixture(_ steps: String, _ line: Int?, _ message: String?) {
        let error = error(Traces.body(steps, channel: "plaintext"))
        guard let message else { return #expect(error == nil) }
        #expect(error?.line == line, "\(error.map { "\($0)" } ?? "played")")
        #expect(error?.message.contains(message) == true, "\(error.map { "\($0)" } ?? "played")")
    }

    @Test("an engine that depends on the pieces is caught by cuts alone")
    func dependsOnPieces() {
        let byLine = Traces.body(
            "S: HELLO\n=> greeting\nS: * a\n=> unasked \"a\"", fault: "parsesPieces")
        #expect(error(byLine) == nil)
        #expect(error(byLine, .byteByByte)?.message.contains("(delivered byte by byte)") == true)
        #expect(error(byLine, .everySplit)?.message.contains("(cut after octet 1 of the server)") == true)
    }

    @Test("an engine that trips over one cut is caught by the play with that cut")
    func tripsOverOneCut() {
        let echo = Traces.body(Self.echo, fault: "losesCRAtEnd")
        #expect(error(echo) == nil)
        #expect(error(echo, .everySplit)?.message.contains("CR alone\" (cut after octet 6 of the server)") == true)
        #expect(error(echo, .byteByByte)?.line == 7)
    }

    @Test("plaintext behind the agreement to TLS is refused in every delivery", arguments: deliveries)
    func plaintextInjection(_ delivery: FixtureDelivery) {
        #expect(error(Traces.body(Self.injected, channel: "plaintext"), delivery) == nil)
    }

    @Test("a failure may come before the last octets of what caused it", arguments: deliveries)
    func failsEarlyInTheRun(_ delivery: FixtureDelivery) {
        let endless = "S: HELLO\n=> greeting\nS: \\*9000{x}\n=> failure line of more than 100 octets"
        #expect(error(Traces.body(endless), delivery) == nil)
    }

    @Test("what stands behind !stall and !reset is not for engines", arguments: ["!stall", "!reset"])
    func socketOnly(_ step: String) {
        #expect(error(Traces.body("S: HELLO\n=> greeting\n\(step)\n=> failure timed out")) == nil)
        #expect(error(Traces.body("S: HELLO\n\(step)\n=> failure timed out"))?.line == 6)
    }

    @Test("a tag that changes is caught")
    func captures() {
        let steps =
            "S: HELLO\n=> greeting\n> tagged a\nC: ${t} a\nS: ${t} OK\n=> echoed \"\"\n> tagged b\nC: ${t} b\n=> x"
        let error = error(Traces.body(steps))
        #expect(error?.line == 12)
        #expect(error?.message.contains("expected \"A1 b\\r\\n\", got \"A2 b\\r\\n\"") == true)
    }

    @Test("events that are pieces of one stream are joined where the adapter says so")
    func joins() {
        var output = EngineOutput()
        for piece in ["ab", "c", ".", "d"] {
            output.add(event: piece) { $0 != "." && $1 != "." ? $0 + $1 : nil }
        }
        #expect(throws: Never.self) {
            try output.takeEvent("abc")
            try output.takeEvent(".")
            try output.takeEvent("d")
            try output.requireNothingLeft(before: "the end")
        }
    }
}
