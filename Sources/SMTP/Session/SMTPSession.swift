public import Octets

/// The client side of an SMTP session, without sockets, time or tasks (RFC 5321).
///
/// It decides what goes out when, which reply belongs to which command, and what may be claimed about a message when
/// something breaks. See `SessionTable` for the rules of order.
public struct SMTPSession: ProtocolEngine {
    /// How a session behaves.
    public struct Configuration: Sendable, Hashable {
        /// Whether nothing but EHLO, STARTTLS and QUIT may be sent before TLS is up; false by default.
        public var requiresTLS = false
        /// Whether a password may be shown to whoever listens, where there is no TLS; false by default.
        public var allowsPasswordInPlaintext = false
        /// What to do when only some recipients are accepted; `sendToAccepted` by default.
        public var partialAcceptance = PartialAcceptance.sendToAccepted
        /// What becomes of bare CR and LF in a message; `normalize` by default.
        public var lineEnds = LineEndPolicy.normalize
        /// How much the server may send.
        public var limits = SMTPLimits()

        /// The defaults.
        public init() {}
    }

    /// How the session behaves.
    public let configuration: Configuration

    /// What was received and not yet consumed.
    public var input = ReceiveBuffer()

    /// What the server offers; `ServiceExtensions.none` before EHLO, and again after STARTTLS.
    public internal(set) var extensions = ServiceExtensions.none

    /// Whether the connection is under TLS.
    public let isSecured: Bool

    /// Whether AUTH succeeded.
    public internal(set) var isAuthenticated = false

    var phase = SessionTable.Phase.connected
    var outstanding = ExchangeQueue()
    var output = WireOctets()
    var transaction: Transaction?
    var authentication: AuthenticationExchange?
    var helloArgument: EHLOArgument?
    var events: [SMTPEvent] = []
    private var deliveredEvents = 0
    private var reader: ReplyReader
    private var hasEnded = false

    /// A session that waits for the server's greeting.
    ///
    /// - Parameters:
    ///   - isSecured: whether the connection is under TLS from its start.
    ///   - configuration: how the session behaves.
    public init(isSecured: Bool, configuration: Configuration = Configuration()) {
        self.isSecured = isSecured
        self.configuration = configuration
        reader = ReplyReader(limits: configuration.limits)
        outstanding.append(.greeting)
    }

    /// What is known about the message of the open transaction if the connection ends now; `notSent` where there is
    /// none.
    public var acceptance: SMTPAcceptance { transaction?.acceptance ?? .notSent }

    /// The server will send nothing more.
    public mutating func receiveEndOfStream() {
        hasEnded = true
    }

    /// The connection is now under TLS: all is as it was before EHLO, by being a new session (RFC 3207 §4.2).
    public mutating func tlsEstablished() {
        guard phase == .handshake else { return }
        self = SMTPSession(isSecured: true, configuration: configuration)
        outstanding = ExchangeQueue()
        phase = .greeted
        events = [.tlsEstablished]
    }

    /// Does the next thing.
    ///
    /// - Throws: when the connection is over: the server broke the protocol, exceeded a limit, closed, or announced
    ///   that it would.
    public mutating func step() throws(SMTPError) -> EngineStep<SMTPEvent> {
        while true {
            if let event = nextEvent() { return .event(event) }
            if !output.isEmpty {
                defer { output = WireOctets() }
                return .write(output)
            }
            if phase == .handshake {
                guard input.isEmpty else { throw fatal(.plaintextAfterStartTLS) }
                return .startTLS
            }
            if phase == .closed {
                input.removeAll()
                return .needInput
            }
            guard let reply = try nextReply() else {
                if hasEnded {
                    try end()
                    continue
                }
                return .needInput
            }
            try take(reply)
        }
    }

    private mutating func nextEvent() -> SMTPEvent? {
        guard deliveredEvents < events.count else { return nil }
        defer {
            deliveredEvents += 1
            if deliveredEvents == events.count {
                events.removeAll(keepingCapacity: true)
                deliveredEvents = 0
            }
        }
        return events[deliveredEvents]
    }

    private mutating func nextReply() throws(SMTPError) -> SMTPReply? {
        do throws(SMTPError) {
            return try reader.next(in: &input)
        } catch {
            throw fatal(error.kind, error.detail, underlying: error.underlying)
        }
    }

    /// The stream has ended, and every whole reply in it was taken.
    private mutating func end() throws(SMTPError) {
        guard outstanding.first == .quit else {
            throw fatal(.connectionClosed, reader.isInsideReply || !input.isEmpty ? "in the middle of a reply" : "")
        }
        // Servers close without an answer to QUIT, and nothing is lost by it.
        phase = .closed
        outstanding.removeFirst()
        events.append(.closed(nil))
    }

    /// The error that ends the connection, with what it means for the open transaction.
    ///
    /// A transaction whose fate is known keeps it: that it was refused counts for more than what came later.
    mutating func fatal(
        _ kind: SMTPError.Kind, reply: SMTPReply? = nil, acceptance: SMTPAcceptance? = nil, _ detail: String = "",
        underlying: (any Error)? = nil
    ) -> SMTPError {
        phase = .closed
        if var verdict = transaction?.envelopeVerdict(configuration.partialAcceptance) {
            verdict.connectionIsUsable = false
            return verdict
        }
        return SMTPError(
            kind, command: outstanding.first.flatMap(SessionTable.verb) ?? (transaction == nil ? nil : "DATA"),
            reply: reply,
            acceptance: acceptance ?? self.acceptance, recipients: transaction?.recipients ?? [], detail,
            underlying: underlying)
    }
}
