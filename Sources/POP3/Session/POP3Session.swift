public import Octets

/// The client side of a POP3 session, without sockets, time or tasks (RFC 1939).
///
/// It decides what goes out when, which answer belongs to which command, and what may be claimed about deletions when something
/// breaks. See `SessionTable` for the rules of order.
public struct POP3Session: ProtocolEngine {
    /// How a session behaves.
    public struct Configuration: Sendable, Hashable {
        /// Whether nothing but CAPA, STLS and QUIT may be sent before TLS is up; false by default.
        public var requiresTLS = false
        /// Whether a password may be shown to whoever listens, where there is no TLS; false by default.
        public var allowsPasswordInPlaintext = false
        /// Which broken forms of responses are accepted; all that cannot hide damage by default.
        public var quirks = POP3Quirks.standard
        /// How much the server may send.
        public var limits = POP3Limits()

        /// The defaults.
        public init() {}
    }

    /// How the session behaves.
    public let configuration: Configuration

    /// What was received and not yet consumed.
    public var input = ReceiveBuffer()

    /// What the server offers; nil before CAPA was answered with `+OK`, and again after STLS.
    public internal(set) var capabilities: POP3Capabilities?

    /// Whether the connection is under TLS.
    public let isSecured: Bool

    /// Whether the maildrop is open.
    public internal(set) var isAuthenticated = false

    var phase = SessionTable.Phase.connected
    var outstanding = OutstandingQueue()
    var output = WireOctets()
    var login: LoginExchange?
    var mask = EchoMask()
    var markedMessages = 0
    var events: [POP3Event] = []
    var listing: ListingCollector?
    var unstuffer: DotUnstuffer?
    private var framer: LineFramer
    private var deliveredEvents = 0
    private var hasEnded = false
    private var hasAskedForTLS = false

    /// A session that waits for the server's greeting.
    ///
    /// - Parameters:
    ///   - isSecured: whether the connection is under TLS from its start.
    ///   - configuration: how the session behaves.
    public init(isSecured: Bool, configuration: Configuration = Configuration()) {
        self.isSecured = isSecured
        self.configuration = configuration
        framer = LineFramer(limit: configuration.limits.lineLength)
        outstanding.append(.greeting)
    }

    /// What is known about deletions if the connection ends now.
    public var deletions: DeletionOutcome {
        let marked = markedMessages + outstanding.count(of: .dele)
        return marked > 0 ? .unconfirmed(marked) : .none
    }

    /// The server will send nothing more.
    public mutating func receiveEndOfStream() {
        hasEnded = true
    }

    /// The connection is now under TLS: all is as it was behind the greeting, by being a new session (RFC 2595 §4).
    public mutating func tlsEstablished() {
        guard phase == .handshake else { return }
        self = POP3Session(isSecured: true, configuration: configuration)
        outstanding = OutstandingQueue()
        phase = .authorization
        events = [.tlsEstablished]
    }

    /// Does the next thing.
    ///
    /// - Throws: when the connection is over: the server broke the protocol, exceeded a limit, closed, or announced that it would.
    public mutating func step() throws(POP3Error) -> EngineStep<POP3Event> {
        while true {
            if let event = nextEvent() { return .event(event) }
            if !output.isEmpty {
                defer { output = WireOctets() }
                return .write(output)
            }
            if phase == .handshake {
                guard input.isEmpty else { throw fatal(.plaintextAfterStartTLS) }
                guard !hasAskedForTLS else { return .needInput }
                hasAskedForTLS = true
                return .startTLS
            }
            if phase == .closed {
                input.removeAll()
                return .needInput
            }
            if try takeInput() { continue }
            guard hasEnded else { return .needInput }
            try end()
        }
    }

    private mutating func nextEvent() -> POP3Event? {
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

    // MARK: Input

    /// Takes the next line, or the next content; false where more octets are needed.
    private mutating func takeInput() throws(POP3Error) -> Bool {
        if unstuffer != nil { return takeContent() }
        guard let frame = try nextLine() else { return false }
        if listing != nil {
            try takeListing(frame)
        } else {
            try takeFirstLine(frame)
        }
        return true
    }

    private mutating func nextLine() throws(POP3Error) -> LineFrame? {
        let found: LineFrame?
        do throws(LineTooLong) {
            found = try framer.next(in: input)
        } catch {
            throw fatal(.limitExceeded, "a line of more than \(error.limit) octets")
        }
        if let found, !found.endsWithCRLF, !configuration.quirks.contains(.bareLineFeed) {
            let error = GrammarError(rule: "CRLF", offset: found.contentLength, in: input.octets)
            throw fatal(.malformedResponse, underlying: error)
        }
        return found
    }

    private mutating func takeFirstLine(_ frame: LineFrame) throws(POP3Error) {
        let response: POP3Response
        do throws(GrammarError) {
            response = try POP3Response(
                line: input.octets.extracting(0..<frame.contentLength), quirks: configuration.quirks)
        } catch {
            throw fatal(.malformedResponse, underlying: error)
        }
        input.consume(frame.length)
        try take(response)
    }

    /// A line of a listing, or the single dot behind the last one.
    private mutating func takeListing(_ frame: LineFrame) throws(POP3Error) {
        let isStuffed = frame.contentLength > 0 && input.octets[0] == ASCII.dot
        do throws(POP3Error) {
            if isStuffed, frame.contentLength == 1 {
                let event = try listing?.event()
                if case .capabilities(let offered)? = event { capabilities = offered }
                listing = nil
                if let event { answer(event) }
            } else {
                try listing?.add(input, (isStuffed ? 1 : 0)..<frame.contentLength)
            }
        } catch {
            throw fatal(error.kind, error.detail, underlying: error.underlying)
        }
        input.consume(frame.length)
    }

    /// The next octets of a message, up to its end.
    private mutating func takeContent() -> Bool {
        guard !input.isEmpty else { return false }
        var content: [UInt8] = []
        let length = min(input.count, Self.pieceLength)
        content.reserveCapacity(length + 1)
        let used = unstuffer?.unstuff(input, upTo: length, into: &content) ?? 0
        input.consume(used)
        if !content.isEmpty { events.append(.content(content)) }
        if unstuffer?.isComplete == true {
            unstuffer = nil
            answer(.contentEnded)
        }
        return true
    }

    // MARK: Ends

    /// The stream has ended, and everything whole in it was taken.
    private mutating func end() throws(POP3Error) {
        if listing != nil || unstuffer != nil || !input.isEmpty { throw fatal(.truncated) }
        guard outstanding.first?.exchange == .quit else { throw fatal(.connectionClosed) }
        events.append(.closed(nil, deletions))
        phase = .closed
        outstanding.removeFirst()
    }

    /// The oldest outstanding command is answered.
    mutating func answer(_ event: POP3Event) {
        outstanding.removeFirst()
        events.append(event)
    }

    /// The error that ends the connection, with what it means for deletions.
    mutating func fatal(
        _ kind: POP3Error.Kind, response: POP3Response? = nil, _ detail: String = "", underlying: (any Error)? = nil
    ) -> POP3Error {
        phase = .closed
        return POP3Error(
            kind, command: outstanding.first.flatMap { SessionTable.verb($0.exchange) }, response: response,
            deletions: deletions, detail, underlying: underlying)
    }

    /// The most octets of content in one event.
    private static var pieceLength: Int { 64 * 1024 }
}
