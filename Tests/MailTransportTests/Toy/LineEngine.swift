import MailTransport
import Octets

/// The smallest protocol that has everything: lines both ways, an upgrade, secrets and a stream without end.
struct LineEngine: ProtocolEngine {
    enum Command: Sendable {
        case line(String)
        case secret(String)
        case startTLS
        case octets(Int)
    }

    enum Event: Sendable, Equatable {
        case line(String)
        case tlsIsUp
    }

    struct Failure: Error, Equatable {
        let what: String
        var kind: TransportError.Kind?
    }

    var input = ReceiveBuffer()
    private var framer = LineFramer(limit: 1000)
    private var output: [WireOctets] = []
    private var wantsTLS = false
    private var tlsIsUp = false
    private var ended = false

    mutating func receiveEndOfStream() { ended = true }

    mutating func tlsEstablished() {
        tlsIsUp = true
        framer.reset()
    }

    mutating func submit(_ command: Command) throws(Failure) {
        switch command {
        case .line(let text): output.append(WireOctets(text + "\r\n"))
        case .secret(let text):
            var octets = WireOctets("PASS ")
            octets.appendSecret(Secret(text))
            octets.appendCRLF()
            output.append(octets)
        case .octets(let count): output.append(WireOctets([UInt8](repeating: 0x61, count: count)))
        case .startTLS:
            output.append(WireOctets("STARTTLS\r\n"))
            wantsTLS = true
        }
    }

    mutating func step() throws(Failure) -> EngineStep<Event> {
        if tlsIsUp {
            tlsIsUp = false
            return .event(.tlsIsUp)
        }
        if !output.isEmpty { return .write(output.removeFirst()) }
        let found: LineFrame?
        do throws(LineTooLong) {
            found = try framer.next(in: input)
        } catch {
            throw Failure(what: "a line over \(error.limit) octets")
        }
        guard let frame = found else {
            if ended { throw Failure(what: "the stream ended") }
            return .needInput
        }
        let text = String(decoding: input.octets.extracting(0..<frame.contentLength))
        input.consume(frame.length)
        if wantsTLS, text == "OK TLS" {
            wantsTLS = false
            guard input.isEmpty else { throw Failure(what: "plaintext", kind: .plaintextAfterStartTLS) }
            return .startTLS
        }
        return .event(.line(text))
    }
}
