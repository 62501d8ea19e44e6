import MailTestKit
import Octets
import SASL
import Testing

@testable import SMTP

/// A session in a test's hand: octets and commands in, a readable log out.
struct SessionProbe {
    var session: SMTPSession
    /// All that was written so far.
    private(set) var written = WireOctets()
    /// Whether the session threw, after which nothing may be called.
    private(set) var failure: SMTPError?

    init(isSecured: Bool = true, _ configure: (inout SMTPSession.Configuration) -> Void = { _ in }) {
        var configuration = SMTPSession.Configuration()
        configure(&configuration)
        session = SMTPSession(isSecured: isSecured, configuration: configuration)
    }

    /// A session that has said EHLO to a server that offers `extensions`.
    static func ready(
        _ extensions: [String] = [], isSecured: Bool = true,
        _ configure: (inout SMTPSession.Configuration) -> Void = { _ in }
    ) throws -> SessionProbe {
        var probe = SessionProbe(isSecured: isSecured, configure)
        _ = probe.serve("220 foo.com ready")
        _ = try probe.submit(.hello(EHLOArgument("bar.com")))
        let lines = ["foo.com greets bar.com"] + extensions
        let answer = lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }
        _ = probe.serve(answer.joined(separator: "\r\n"))
        #expect(probe.session.phase == .ready)
        return probe
    }

    /// Gives the session lines of the server, CRLF added, and tells what it did with them.
    mutating func serve(_ lines: String...) -> [String] {
        serve(octets: Array(lines.map { $0 + "\r\n" }.joined().utf8))
    }

    mutating func serve(octets: [UInt8]) -> [String] {
        session.receive(octets.span)
        return drain()
    }

    mutating func submit(_ command: SMTPCommand) throws -> [String] {
        try session.submit(command)
        return drain()
    }

    /// What `submit` throws; the session must not have been touched by it.
    mutating func rejection(of command: SMTPCommand) -> SMTPError? {
        do {
            try session.submit(command)
            return nil
        } catch {
            #expect(drain().isEmpty, "a rejected command did something")
            return error
        }
    }

    mutating func endOfStream() -> [String] {
        session.receiveEndOfStream()
        return drain()
    }

    mutating func tlsEstablished() -> [String] {
        session.tlsEstablished()
        return drain()
    }

    mutating func drain() -> [String] {
        var log: [String] = []
        while failure == nil {
            do {
                switch try session.step() {
                case .event(let event): log.append("=> " + (SMTPFixtureAdapter.describe(event) ?? ""))
                case .write(let octets):
                    written.append(octets)
                    log.append("C: " + String(decoding: octets.octets, as: UTF8.self))
                case .startTLS: return log + ["!tls"]
                case .needInput: return log
                }
            } catch {
                failure = error
                log.append("=> failure " + SMTPFixtureAdapter.describe(error))
            }
        }
        return log
    }
}

/// A transaction from one address to some.
func transaction(
    from: String = "Smith@bar.com", to: [String] = ["Jones@foo.com"],
    _ content: ContentDescription = ContentDescription(body: .sevenBit)
) throws -> SMTPCommand {
    .send(SMTPEnvelope(from: try ReversePath(from), to: try to.map { try ForwardPath($0) }), content)
}
