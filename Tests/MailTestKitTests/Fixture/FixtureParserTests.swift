import MailTestKit
import Octets
import Testing

@Suite("Fixtures are read to the letter")
struct FixtureParserTests {
    @Test("a whole header")
    func wholeHeader() throws {
        let fixture = try Fixture(
            """
            ## a comment
            # spec: RFC 1939 §7
            # source: vendor:dovecot-2.3.19
            # proves: a wrong password: refused
            # channel: plaintext
            # client: requiresTLS=true pipelining=
            # needs: STLS SASL
            # quirks: none
            # delivery: whole byte

            S: +OK
            # a comment
            => greeting
            """)
        let header = fixture.header
        #expect(header.spec == "RFC 1939 §7")
        #expect(header.source == "vendor:dovecot-2.3.19")
        #expect(header.proves == "a wrong password: refused")
        #expect(header.channel == .plaintext)
        #expect(header.client == ["requiresTLS": "true", "pipelining": ""])
        #expect(header.needs == ["STLS", "SASL"])
        #expect(header.quirks.isEmpty)
        #expect(header.deliveries == [.whole, .byteByByte])
        #expect(fixture.steps.map(\.line) == [11, 13])
    }

    @Test("the header's defaults")
    func defaults() throws {
        let header = try Fixture(Traces.head + "S: a\n=> b").header
        #expect(header.channel == .tls)
        #expect(header.client.isEmpty)
        #expect(header.deliveries == [.whole, .byteByByte, .everySplit, .socket])
    }

    @Test(
        "escapes",
        arguments: [
            ("S: a", "a\r\n"), ("S:", "\r\n"), ("S~: a", "a"), ("S: \\x41\\x0a", "A\n\r\n"),
            ("S: \\\\Seen \\\"\\r\\n\\t", "\\Seen \"\r\n\t\r\n"), ("S~: \\*3{ab}c", "abababc"),
            ("S~: \\*2{\\*2{a}b}", "aabaab"),
            ("S~: \\*2{{3}\\r\\n}", "{3}\r\n{3}\r\n"), ("S~: x {12+}", "x {12+}"), ("S~: \\{secret:a}", "{secret:a}"),
            ("S~: \\${a}", "${a}"), ("S~: a  b", "a  b"), ("S~: grüße", "grüße"), ("S~: \\*0{a}b", "b"),
        ])
    func escapes(_ line: String, _ octets: String) throws {
        let fixture = try Fixture(Traces.head + line + "\n=> x")
        guard case .server(let text) = fixture.steps[0].action else { return #expect(Bool(false)) }
        #expect(String(decoding: text.octets(FixtureCaptures()), as: UTF8.self) == octets)
    }

    @Test("a long repetition is one run of octets")
    func longRepetition() throws {
        let fixture = try Fixture(Traces.head + "S: \\*100000{a\\*10{b}}\n=> x")
        guard case .server(let text) = fixture.steps[0].action else { return #expect(Bool(false)) }
        #expect(text.count == 1_100_002)
    }

    @Test("secrets and captures keep their places")
    func secretsAndCaptures() throws {
        let fixture = try Fixture(
            Traces.head + "C: ${t1} LOGIN {secret:fr\\x65d} {secret:}x{secret:a}{secret:b}\n=> ${t1}")
        guard case .client(let text) = fixture.steps[0].action else { return #expect(Bool(false)) }
        var captures = FixtureCaptures()
        captures["t1"] = Array("A1".utf8)
        let wire = text.wireOctets(captures)
        #expect(wire.description == "A1 LOGIN <redacted> x<redacted>\\x0D\\x0A")
        #expect(text.description == "${t1} LOGIN {secret:fred} x{secret:ab}\\r\\n")
    }

    @Test("words")
    func words() throws {
        let fixture = try Fixture(Traces.head + "> a  \"b c\" \"\" d=\"e \\\" f\"g \\*2{h i}\n=> x")
        guard case .submit(let words) = fixture.steps[0].action else { return #expect(Bool(false)) }
        let texts = words.map { String(decoding: $0.octets(FixtureCaptures()), as: UTF8.self) }
        #expect(texts == ["a", "b c", "", "d=e \" fg", "h ih i"])
    }

    @Test(
        "what does not follow the format is told with its line",
        arguments: [
            ("S: a\n=> b\n# spec: x is a comment here\nQ: c", 8, "is no step"),
            ("S:a\n=> b", 5, "is no step"),
            ("S: a \n=> b", 5, "ends with a space"),
            ("S: a\u{9}b\n=> b", 5, "control character"),
            ("S: a\r\n=> b", 5, "control character"),
            ("S: \\Seen\n=> b", 5, "\\S is no escape"),
            ("S: \\*)\n=> b", 5, "\\* is followed by"),
            ("S: \\x4\n=> b", 5, "two hexadecimal digits"),
            ("S: a\\\n=> b", 5, "stands alone"),
            ("S: \\*2{a\n=> b", 5, "not closed"),
            ("S: \\*4000000000{ab}\n=> b", 5, "more than"),
            ("S: {secret:a}\n=> b", 5, "in C: lines"),
            ("C: {secret:{secret:a}}\n=> b", 5, "in C: lines"),
            ("S: ${t}\n=> b", 5, "${t} was not captured"),
            ("S: a\n=> ${t}", 6, "${t} was not captured"),
            ("C: ${t}x\n=> b", 5, "is captured here"),
            ("C~: a ${t}\n=> b", 5, "is captured here"),
            ("C: ${}\n=> b", 5, "a capture is ${name}"),
            ("> \"a\n=> b", 5, "quote is not closed"),
            (">\n=> b", 5, "nothing is submitted"),
            ("S: a\n=>", 6, "nothing stands behind =>"),
            ("S: a\n=> failure", 6, "nothing stands behind => failure"),
            ("S: a\n=> failure b\nC: x", 7, "nothing happens after => failure"),
            (">! a\n=> b", 5, "behind >! stands => rejected"),
            ("=> b\n>! a", 6, "behind >! stands => rejected"),
            ("> a\n=> rejected b", 6, "right behind >! alone"),
            ("!tls\n=> b", 5, "under TLS already"),
            ("!close\nS: a\n=> b", 6, "sends nothing more"),
            ("!close\n!reset\n=> b", 6, "closed or stalled before"),
            ("!reset\nC: a\n=> b", 6, "writes nothing more"),
            ("!tls x\n=> b", 5, "is no step"),
        ])
    func located(_ steps: String, _ line: Int, _ message: String) {
        let error = #expect(throws: FixtureError.self) { try Fixture(Traces.head + "\n" + steps) }
        #expect(error?.line == line)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        "a header that is wrong is told",
        arguments: [
            ("# spec: a\n# source: rfc\nS: a\n=> b", 3, "\"# proves: …\" is missing"),
            ("# spec: a\n# spec: b\n=> b", 2, "stands twice"),
            ("# specs: a\n=> b", 1, "\"specs\" is no header"),
            ("# spec:\n=> b", 1, "says nothing"),
            ("# hello\n=> b", 1, "comments there begin with ##"),
            ("# source: me\n# spec: a\n# proves: b\n=> b", 1, "the source is"),
            ("# source: vendor:\n# spec: a\n# proves: b\n=> b", 1, "the source is"),
            ("# source: rfc\n# spec: a\n# proves: b\n# channel: udp\n=> b", 4, "tls or plaintext"),
            ("# source: rfc\n# spec: a\n# proves: b\n# client: x\n=> b", 4, "key=value"),
            ("# source: rfc\n# spec: a\n# proves: b\n# client: x=1 x=2\n=> b", 4, "key=value"),
            ("# source: rfc\n# spec: a\n# proves: b\n# delivery: post\n=> b", 4, "is no delivery"),
        ])
    func wrongHeader(_ text: String, _ line: Int, _ message: String) {
        let error = #expect(throws: FixtureError.self) { try Fixture(text) }
        #expect(error?.line == line)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("a fixture that expects nothing proves nothing", arguments: ["S: a\nC: b\n", "", "> a\n"])
    func provesNothing(_ steps: String) {
        let error = #expect(throws: FixtureError.self) { try Fixture(Traces.head + steps) }
        #expect(error?.message.contains("proves nothing") == true)
    }
}
