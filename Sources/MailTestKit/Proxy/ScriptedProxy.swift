internal import Glibc
public import MailTransport
internal import Octets

/// A proxy on 127.0.0.1 that really forwards, or misbehaves as it is told.
///
/// It serves any number of connections and lives until its last owner lets go of it.
public final class ScriptedProxy: Sendable {
    /// What it does. The defaults are those of a good proxy that asks for nothing.
    public struct Behaviour: Sendable {
        /// Who may use it; nil for everybody.
        public var user: String?
        /// The password of that user.
        public var password = ""
        /// Where hosts are: the loopback address that is connected to instead. A literal address needs no entry.
        public var hosts: [String: String] = [:]
        /// What is replied to the request, instead of connecting; the connection is closed behind it. Nil to connect.
        public var reply: [UInt8]?
        /// How many octets of its own are written at once.
        public var octetsAtOnce = Int.max
        /// Whether the reply is held back until the server has sent something, so that both go in one write.
        public var joinsReplyAndServer = false
        /// What stands in front of an HTTP answer: interim answers, say.
        public var preamble = ""
        /// The fields of an HTTP answer, each with CRLF.
        public var fields = ""
        /// Whether it falls silent when it knows what is asked of it.
        public var isSilent = false

        /// A good proxy.
        public init() {}
    }

    /// What a client asked for.
    public struct Request: Sendable, Hashable {
        /// The host, as it was written; IPv6 without brackets.
        public let host: String
        /// The port.
        public let port: UInt16
        /// Who asked: the user of SOCKS 5 or HTTP, the identifier of SOCKS 4.
        public let user: String?
        /// Whether `host` came as a name to be resolved by the proxy.
        public let isName: Bool

        /// A request of these values.
        public init(host: String, port: UInt16, user: String?, isName: Bool) {
            self.host = host
            self.port = port
            self.user = user
            self.isName = isName
        }
    }

    /// What it speaks.
    public let kind: MailTransport.Proxy.Kind
    /// The port.
    public let port: UInt16
    let behaviour: Behaviour
    let stop = Deadline.Stop()
    private let log = Lock<[Request]>([])

    /// Begins to serve.
    public init(
        _ kind: MailTransport.Proxy.Kind, _ behaviour: Behaviour = Behaviour()
    ) throws(ScriptFailure) {
        self.kind = kind
        self.behaviour = behaviour
        let listening = try ListeningSocket()
        port = listening.port
        let stop = stop
        let isRunning = ServerThread.start { [weak self] in
            while !stop.isSet {
                guard let accepted = listening.accept(until: Deadline(in: .seconds(1), stop)) else { continue }
                let begin = self?.session(accepted)
                guard let begin, ServerThread.start(begin) else { close(accepted); continue }
            }
        }
        guard isRunning else { throw ScriptFailure("no thread for the proxy") }
    }

    deinit {
        stop.set()
    }

    /// What was asked for so far.
    public var requests: [Request] { log.withLock { $0 } }

    /// The proxy as a client's configuration names it, with the user and password it asks for.
    public var proxy: MailTransport.Proxy {
        MailTransport.Proxy(
            kind, host: "127.0.0.1", port: port, user: behaviour.user,
            password: behaviour.user == nil || kind == .socks4a ? nil : Secret(behaviour.password))
    }

    private func session(_ accepted: Int32) -> @Sendable () -> Void {
        let (kind, behaviour, stop) = (kind, behaviour, stop)
        let note: @Sendable (Request) -> Void = { [weak self] request in
            self?.log.withLock { $0.append(request) }
        }
        return {
            var session = ProxySession(accepted, kind, behaviour, stop, note)
            session.run()
        }
    }
}
