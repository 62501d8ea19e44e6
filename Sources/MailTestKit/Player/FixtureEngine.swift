internal import MailTransport
internal import Octets

/// An engine under test as a client over a socket has it: its failures are those of the engine or of the transport.
struct FixtureEngine<Adapter: FixtureAdapter>: ProtocolEngine {
    enum Failure: Error {
        /// The engine said so, in the adapter's words.
        case engine(String)
        /// The transport said so.
        case transport(TransportError)

        /// What a `=> failure` line says of it: the adapter's words, or the name of the transport's kind.
        var text: String {
            switch self {
            case .engine(let text): text
            case .transport(let error): error.kind.description
            }
        }

        /// The whole story, for messages.
        var story: String {
            switch self {
            case .engine(let text): text.escapedForFixture
            case .transport(let error): "\(error.kind) (\(error))"
            }
        }
    }

    private var engine: Adapter.Engine

    init(_ engine: Adapter.Engine) {
        self.engine = engine
    }

    var input: ReceiveBuffer {
        get { engine.input }
        _modify { yield &engine.input }
    }

    mutating func receiveEndOfStream() {
        engine.receiveEndOfStream()
    }

    mutating func tlsEstablished() {
        engine.tlsEstablished()
    }

    mutating func submit(_ command: Adapter.Engine.Command) throws(Failure) {
        do throws(Adapter.Engine.Failure) {
            try engine.submit(command)
        } catch {
            throw .engine(Adapter.describe(error))
        }
    }

    mutating func step() throws(Failure) -> EngineStep<Adapter.Engine.Event> {
        do throws(Adapter.Engine.Failure) {
            return try engine.step()
        } catch {
            throw .engine(Adapter.describe(error))
        }
    }
}
