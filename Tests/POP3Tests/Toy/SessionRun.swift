import Octets
import SASL

@testable import POP3

/// A session with what it wrote, told and failed with.
struct SessionRun {
    var session: POP3Session
    var written = WireOctets()
    var events: [POP3Event] = []
    var failure: POP3Error?
    var wantsTLS = false

    init(isSecured: Bool = true, _ change: (inout POP3Session.Configuration) -> Void = { _ in }) {
        var configuration = POP3Session.Configuration()
        change(&configuration)
        session = POP3Session(isSecured: isSecured, configuration: configuration)
    }

    /// A session whose server greeted, told its capabilities where there are any, and let fred in.
    static func authenticated(
        offering capabilities: [String] = [], _ change: (inout POP3Session.Configuration) -> Void = { _ in }
    ) throws -> SessionRun {
        var run = SessionRun(isSecured: true, change)
        run.receive("+OK\r\n")
        if !capabilities.isEmpty {
            try run.submit(.capabilities)
            run.receive("+OK\r\n" + capabilities.map { $0 + "\r\n" }.joined() + "USER\r\n.\r\n")
        }
        try run.submit(.authenticate(.password(user: "fred", Secret("hunter2"))))
        run.receive("+OK\r\n")
        run.receive("+OK\r\n")
        run.events = []
        run.written = WireOctets()
        return run
    }

    var text: String { String(decoding: written.octets, as: UTF8.self) }

    /// The octets of all content, as long as it is one message.
    var content: [UInt8] {
        events.flatMap { event in if case .content(let octets) = event { octets } else { [] as [UInt8] } }
    }

    mutating func submit(_ command: POP3Command) throws(POP3Error) {
        try session.submit(command)
        pump()
    }

    mutating func receive(_ text: String) {
        receive(Array(text.utf8))
    }

    mutating func receive(_ octets: [UInt8]) {
        guard failure == nil else { return }
        session.receive(octets.span)
        pump()
    }

    mutating func receiveEnd() {
        guard failure == nil else { return }
        session.receiveEndOfStream()
        pump()
    }

    mutating func pump() {
        while failure == nil {
            do throws(POP3Error) {
                switch try session.step() {
                case .event(let event): events.append(event)
                case .write(let octets): written.append(octets)
                case .startTLS:
                    wantsTLS = true
                    return
                case .needInput: return
                }
            } catch {
                failure = error
            }
        }
    }

    mutating func upgrade() {
        wantsTLS = false
        session.tlsEstablished()
        pump()
    }
}
