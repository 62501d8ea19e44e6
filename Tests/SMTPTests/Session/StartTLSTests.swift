import Octets
import SASL
import Testing

@testable import SMTP

@Suite struct StartTLSTests {
    @Test("STARTTLS, the upgrade, and a session that knows nothing")
    func upgrade() throws {
        var probe = try SessionProbe.ready(["STARTTLS", "AUTH LOGIN", "SIZE 10"], isSecured: false) {
            $0.requiresTLS = true
        }
        #expect(try probe.submit(.startTLS) == ["C: STARTTLS\r\n"])
        #expect(probe.serve("220 go ahead") == ["!tls"])
        for command in try everyCommand() {
            let error = #expect(throws: SMTPError.self) { try probe.session.submit(command) }
            #expect(error?.kind == .stateViolation)
        }
        #expect(probe.tlsEstablished() == ["=> tls established"])
        #expect(probe.session.isSecured)
        #expect(probe.session.extensions == .none)
        #expect(probe.session.helloArgument == nil)
        #expect(probe.rejection(of: try transaction())?.kind == .stateViolation)
        #expect(try probe.submit(.hello(EHLOArgument("bar.com"))) == ["C: EHLO bar.com\r\n"])
        #expect(probe.serve("250-foo.com", "250 AUTH PLAIN") == ["=> extensions [AUTH PLAIN]"])
        #expect(probe.rejection(of: .startTLS)?.kind == .stateViolation)
    }

    @Test("After the upgrade the session equals a fresh one that was greeted")
    func forgotten() throws {
        var probe = try SessionProbe.ready(["STARTTLS", "AUTH PLAIN", "PIPELINING"], isSecured: false)
        _ = try probe.submit(.startTLS)
        _ = probe.serve("220 go ahead")
        _ = probe.tlsEstablished()
        var fresh = SessionProbe(isSecured: true)
        _ = fresh.serve("220 foo.com")
        probe.session.input.releaseIfEmpty()
        fresh.session.input.releaseIfEmpty()
        var (left, right) = ("", "")
        dump(probe.session, to: &left)
        dump(fresh.session, to: &right)
        #expect(left == right)
    }

    @Test(
        "One octet behind the consent is an attack",
        arguments: ["250 injected\r\n", "2", "\r", "\n", String(repeating: "x", count: 65_536)])
    func injection(text: String) throws {
        for split in [false, true] {
            var probe = try SessionProbe.ready(["STARTTLS"], isSecured: false)
            _ = try probe.submit(.startTLS)
            let before = probe.written.count
            if split {
                #expect(probe.serve("220 go ahead") == ["!tls"])
                _ = probe.serve(octets: Array(text.utf8))
            } else {
                _ = probe.serve(octets: Array("220 go ahead\r\n\(text)".utf8))
            }
            #expect(probe.failure?.kind == .plaintextAfterStartTLS)
            #expect(probe.failure?.command == "STARTTLS")
            #expect(probe.written.count == before)
        }
    }

    @Test("Stripped or refused, with TLS demanded: nothing else goes out")
    func demanded() throws {
        for offered in [["AUTH PLAIN"], ["STARTTLS", "AUTH PLAIN"]] {
            var probe = try SessionProbe.ready(offered, isSecured: false) { $0.requiresTLS = true }
            if offered.contains("STARTTLS") {
                _ = try probe.submit(.startTLS)
                #expect(probe.serve("454 4.3.0 not now") == ["=> refused STARTTLS 454 4.3.0 \"not now\""])
            } else {
                #expect(probe.rejection(of: .startTLS)?.kind == .tlsNotOffered)
            }
            for command in try everyCommand() {
                switch command {
                case .hello, .startTLS, .quit: continue
                case .content, .endOfContent: #expect(probe.rejection(of: command)?.kind == .stateViolation)
                default: #expect(probe.rejection(of: command)?.kind == .tlsRequired)
                }
            }
            #expect(try probe.submit(.quit) == ["C: QUIT\r\n"])
        }
    }

    @Test("Answers to STARTTLS that are no consent", arguments: ["501 no", "502 no", "554 no"])
    func refused(text: String) throws {
        var probe = try SessionProbe.ready(["STARTTLS"], isSecured: false)
        _ = try probe.submit(.startTLS)
        #expect(probe.serve(text) == ["=> refused STARTTLS \(text.prefix(3)) \"no\""])
        #expect(try probe.submit(.noop) == ["C: NOOP\r\n"])
    }
}
