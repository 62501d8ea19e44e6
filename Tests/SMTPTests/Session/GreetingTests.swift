import Octets
import SASL
import Testing

@testable import SMTP

@Suite struct GreetingTests {
    @Test("Nothing is said before the server has")
    func silence() throws {
        var probe = SessionProbe()
        #expect(probe.drain().isEmpty)
        for command in try everyCommand() { #expect(probe.rejection(of: command)?.kind == .stateViolation) }
        #expect(probe.serve("220-foo.com", "220 ready") == ["=> greeting 220 \"foo.com\nready\""])
        #expect(probe.written.isEmpty)
    }

    @Test(
        "What is no greeting ends the session by type, and nothing is sent",
        arguments: [
            ("554 5.7.1 go away", SMTPError.Kind.refused), ("421 4.3.2 busy", .serverClosing), ("450 later", .refused),
            ("521 no mail", .refused), ("221 bye", .serverClosing), ("250 ok", .unexpectedReply),
            ("200 ok", .unexpectedReply),
            ("354 go ahead", .unexpectedReply), ("334 ", .unexpectedReply), ("120 wait", .malformedReply),
            ("999 x", .malformedReply),
            ("", .malformedReply), ("hello", .malformedReply), ("* OK IMAP4rev1", .malformedReply),
            ("+OK POP3", .malformedReply),
            ("-ERR", .malformedReply), ("A1 OK", .malformedReply), ("* BYE", .malformedReply),
            ("* PREAUTH", .malformedReply),
            ("HTTP/1.1 400 Bad Request", .malformedReply), ("SSH-2.0-OpenSSH", .malformedReply),
            ("22 x", .malformedReply),
            ("2200 x", .malformedReply), ("220x", .malformedReply), ("220-a\r\n250 b", .malformedReply),
            ("\u{15}\u{3}\u{1}", .malformedReply),
            ("\0", .malformedReply), ("220\t", .malformedReply), (" 220 x", .malformedReply),
            ("{\"a\":1}", .malformedReply),
        ])
    func noGreeting(text: String, kind: SMTPError.Kind) {
        var probe = SessionProbe()
        _ = probe.serve(text)
        #expect(probe.failure?.kind == kind)
        #expect(probe.failure?.connectionIsUsable == false)
        #expect(probe.failure?.acceptance == .notSent)
        #expect(probe.written.isEmpty)
    }

    @Test(
        "A stream that ends before or inside the greeting",
        arguments: ["", "2", "220", "220 foo.com", "220-foo.com\r\n", "220-foo\r\n220 x"])
    func closed(text: String) {
        var probe = SessionProbe()
        _ = probe.serve(octets: Array(text.utf8))
        _ = probe.endOfStream()
        #expect(probe.failure?.kind == .connectionClosed)
    }

    @Test(
        "EHLO that is not known becomes HELO; nothing is offered then", arguments: ["500 what?", "502 5.5.1 not here"])
    func fallback(text: String) throws {
        var probe = SessionProbe()
        _ = probe.serve("220 old.example")
        #expect(try probe.submit(.hello(EHLOArgument("bar.com"))) == ["C: EHLO bar.com\r\n"])
        #expect(probe.serve(text) == ["C: HELO bar.com\r\n"])
        #expect(probe.serve("250 old.example") == ["=> extensions none"])
        #expect(probe.session.extensions == .none)
    }

    @Test(
        "Another refusal of EHLO is told, and the session goes on", arguments: ["504 no", "550 no", "450 no", "554 no"])
    func refused(text: String) throws {
        var probe = SessionProbe()
        _ = probe.serve("220 foo.com")
        _ = try probe.submit(.hello(EHLOArgument("bar.com")))
        #expect(probe.serve(text) == ["=> refused EHLO \(text.prefix(3)) \"no\""])
        #expect(try probe.submit(.hello(EHLOArgument("other.example"))) == ["C: EHLO other.example\r\n"])
    }

    @Test("While TLS is demanded, HELO is no way out: it knows no STARTTLS")
    func noFallback() throws {
        var probe = SessionProbe(isSecured: false) { $0.requiresTLS = true }
        _ = probe.serve("220 foo.com")
        _ = try probe.submit(.hello(EHLOArgument("bar.com")))
        #expect(probe.serve("502 no") == ["=> refused EHLO 502 \"no\""])
    }

    @Test("QUIT: with its answer, with another one, or with none")
    func quit() throws {
        for (answer, event) in [
            ("221 bye", "=> closed 221 \"bye\""), ("421 bye", "=> closed 421 \"bye\""),
            ("500 what", "=> closed 500 \"what\""),
        ] {
            var probe = try SessionProbe.ready()
            #expect(try probe.submit(.quit) == ["C: QUIT\r\n"])
            #expect(probe.serve(answer) == [event])
            // What comes after is nobody's business.
            #expect(probe.serve("250 more", "garbage").isEmpty)
            #expect(probe.endOfStream().isEmpty)
            #expect(probe.rejection(of: .noop)?.kind == .stateViolation)
        }
        var probe = try SessionProbe.ready()
        _ = try probe.submit(.quit)
        #expect(probe.endOfStream() == ["=> closed"])
        #expect(probe.failure == nil)
    }

    @Test("A goodbye that nobody asked for, and an answer to nothing")
    func unasked() throws {
        for (line, kind) in [
            ("421 4.4.2 idle", SMTPError.Kind.serverClosing), ("221 bye", .serverClosing), ("250 ok", .unexpectedReply),
            ("550 no", .unexpectedReply), ("354 go", .unexpectedReply),
        ] {
            var probe = try SessionProbe.ready()
            _ = probe.serve(line)
            #expect(probe.failure?.kind == kind)
            #expect(probe.failure?.reply != nil)
        }
    }
}

/// One command of each sort.
func everyCommand() throws -> [SMTPCommand] {
    [
        .hello(try EHLOArgument("bar.com")), .startTLS, .authenticate(.password(user: "fred", Secret("hunter2"))),
        try transaction(), .content([]), .endOfContent, .reset, .noop, .quit,
    ]
}
