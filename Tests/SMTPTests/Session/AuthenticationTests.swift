import Octets
import SASL
import Testing

@testable import SMTP

@Suite struct AuthenticationTests {
    private let fred = SMTPCommand.authenticate(.password(user: "fred", Secret("hunter2")))

    private func base64(_ text: String) -> String {
        String(decoding: Base64.encode(Array(text.utf8).span), as: UTF8.self)
    }

    @Test("PLAIN goes with its initial response, secret as a whole")
    func plain() throws {
        var probe = try SessionProbe.ready(["AUTH LOGIN PLAIN"])
        #expect(try probe.submit(fred) == ["C: AUTH PLAIN \(base64("\0fred\0hunter2"))\r\n"])
        #expect(probe.written.description.hasSuffix("AUTH PLAIN <redacted>\\x0D\\x0A"))
        #expect(probe.rejection(of: .noop)?.kind == .stateViolation)
        #expect(probe.serve("235 2.7.0 welcome") == ["=> authenticated 235 2.7.0 \"welcome\""])
        #expect(probe.session.isAuthenticated)
        #expect(probe.rejection(of: fred)?.kind == .stateViolation)
    }

    @Test("LOGIN, where it is all there is")
    func login() throws {
        var probe = try SessionProbe.ready(["AUTH=LOGIN"])
        #expect(try probe.submit(fred) == ["C: AUTH LOGIN\r\n"])
        #expect(probe.serve("334 VXNlcm5hbWU6") == ["C: \(base64("fred"))\r\n"])
        #expect(probe.serve("334 UGFzc3dvcmQ6") == ["C: \(base64("hunter2"))\r\n"])
        #expect(probe.written.description.hasSuffix("AUTH LOGIN\\x0D\\x0A<redacted>\\x0D\\x0A<redacted>\\x0D\\x0A"))
        #expect(probe.serve("235 ok") == ["=> authenticated 235 \"ok\""])
    }

    @Test("RFC 4954 §4: an initial response that makes the line longer than 512 octets waits for an empty challenge")
    func longLine() throws {
        // "AUTH PLAIN " and CRLF leave 499 octets: 372 octets are 496 in Base64, 375 are 500.
        for (length, fits) in [(372, true), (373, false)] {
            var probe = try SessionProbe.ready(["AUTH PLAIN"])
            let password = String(repeating: "p", count: length - 6)
            let log = try probe.submit(.authenticate(.password(user: "fred", Secret(password))))
            let response = base64("\0fred\0\(password)")
            #expect(log == [fits ? "C: AUTH PLAIN \(response)\r\n" : "C: AUTH PLAIN\r\n"])
            if !fits { #expect(probe.serve("334 ") == ["C: \(response)\r\n"]) }
            #expect(probe.serve("235 ok") == ["=> authenticated 235 \"ok\""])
        }
    }

    @Test("A wrong password is refused in the server's words, and the session stays in step")
    func refused() throws {
        var probe = try SessionProbe.ready(["AUTH PLAIN"])
        _ = try probe.submit(fred)
        #expect(probe.serve("535 5.7.8 no") == ["=> refused AUTH 535 5.7.8 \"no\""])
        #expect(!probe.session.isAuthenticated)
        #expect(try probe.submit(fred).count == 1)
        #expect(probe.serve("454 4.7.0 later") == ["=> refused AUTH 454 4.7.0 \"later\""])
        #expect(try probe.submit(.noop) == ["C: NOOP\r\n"])
    }

    @Test(
        "A challenge that cannot be answered is cancelled with *, and the session stays in step",
        arguments: [
            (["AUTH PLAIN"], ["334 "]), (["AUTH PLAIN"], ["334 VXNlcm5hbWU6"]), (["AUTH LOGIN"], ["334 Username:"]),
            (["AUTH LOGIN"], ["334 =AAA"]), (["AUTH LOGIN"], ["334 AAA=BBB"]), (["AUTH LOGIN"], ["334 A"]),
            (["AUTH LOGIN"], ["334 VXNlcm5hbWU6 "]), (["AUTH LOGIN"], ["334 ", "334 ", "334 "]),
        ])
    func cancelled(offered: [String], challenges: [String]) throws {
        var probe = try SessionProbe.ready(offered)
        _ = try probe.submit(fred)
        for challenge in challenges.dropLast() { _ = probe.serve(challenge) }
        #expect(probe.serve(try #require(challenges.last)) == ["C: *\r\n"])
        #expect(probe.serve("501 5.0.0 cancelled") == ["=> authentication AUTH 501 5.0.0 \"cancelled\""])
        #expect(try probe.submit(.noop) == ["C: NOOP\r\n"])
        #expect(probe.serve("250 ok") == ["=> completed NOOP 250 \"ok\""])
    }

    @Test("After a cancellation nothing but a refusal will do", arguments: ["235 ok", "334 more"])
    func notCancelled(answer: String) throws {
        var probe = try SessionProbe.ready(["AUTH LOGIN"])
        _ = try probe.submit(fred)
        _ = probe.serve("334 !!")
        _ = probe.serve(answer)
        #expect(probe.failure?.kind == .unexpectedReply)
        #expect(!probe.session.isAuthenticated)
    }

    @Test("No mechanism, no TLS: typed, before an octet is sent")
    func choice() throws {
        var probe = try SessionProbe.ready(["AUTH GSSAPI"])
        #expect(probe.rejection(of: fred)?.sasl?.kind == .noCommonMechanism)
        probe = try SessionProbe.ready([])
        #expect(probe.rejection(of: fred)?.sasl?.kind == .noCommonMechanism)
        probe = try SessionProbe.ready(["AUTH PLAIN LOGIN"], isSecured: false)
        let error = probe.rejection(of: fred)
        #expect(error?.kind == .authentication)
        #expect(error?.sasl?.kind == .needsTLS)
        #expect(error?.connectionIsUsable == true)
        probe = try SessionProbe.ready(["AUTH PLAIN LOGIN"], isSecured: false) { $0.allowsPasswordInPlaintext = true }
        #expect(try probe.submit(fred).count == 1)
    }

    @Test("Limit of the challenge: one less, as many, one more")
    func challengeLimit() throws {
        for length in [12_284, 12_288] {
            var probe = try SessionProbe.ready(["AUTH LOGIN"])
            _ = try probe.submit(fred)
            #expect(probe.serve("334 " + String(repeating: "A", count: length)).count == 1)
            #expect(probe.failure == nil)
        }
        var probe = try SessionProbe.ready(["AUTH LOGIN"])
        _ = try probe.submit(fred)
        _ = probe.serve("334 " + String(repeating: "A", count: 12_289))
        #expect(probe.failure?.kind == .limitExceeded)
    }

    @Test("What the server echoes of a secret is masked, in every form it was sent")
    func echo() throws {
        let canary = "Xq7-canary"
        let response = base64("\0fred\0\(canary)")
        for line in [
            "535 bad password \(canary)", "535-\(response)\r\n535 \(base64(canary))", "421 \(canary)", "250 \(canary)",
        ] {
            var probe = try SessionProbe.ready(["AUTH PLAIN"])
            _ = try probe.submit(.authenticate(.password(user: "fred", Secret(canary))))
            var shown = probe.serve(line).joined()
            if let failure = probe.failure { dump(failure, to: &shown) }
            for secret in [canary, response, base64(canary)] { #expect(!shown.contains(secret)) }
        }
    }

    @Test("Nothing that a session holds shows the secret")
    func dumped() throws {
        for offered in ["AUTH PLAIN", "AUTH LOGIN"] {
            var session = try SessionProbe.ready([offered]).session
            try session.submit(.authenticate(.password(user: "fred", Secret("Xq7-canary"))))
            var text = "\(session)" + String(reflecting: session)
            dump(session, to: &text)
            #expect(!text.contains("Xq7-canary"))
            #expect(!text.contains(base64("\0fred\0Xq7-canary")))
        }
    }
}
