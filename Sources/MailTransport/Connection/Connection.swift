public import Octets

/// One connection to a server, for octets and lines of any protocol.
///
/// The mail clients have connections of their own; this is for protocols beside them, and for tools. It connects, secures and times
/// out as they do. One task may receive while another sends. It lives on an event loop: an extension of this actor with a protocol's
/// own functions runs there, without a hop between threads.
public actor Connection: EngineClient {
    package nonisolated let loop: EventLoop
    package let driver: EngineDriver<OctetStream>
    private var framer = LineFramer(limit: 0)
    private var readers: [PendingReply<Void, TransportError>] = []
    private var upgrade: PendingReply<Void, TransportError>?
    private var ending: TransportError?

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        // Holds: the connection keeps its loop alive.
        unsafe loop.asUnownedSerialExecutor()
    }

    private init(_ configuration: TransportConfiguration, on loop: EventLoop) {
        self.loop = loop
        driver = EngineDriver(engine: OctetStream(), loop: loop, configuration: configuration, label: "octets")
    }

    // MARK: Life

    /// Connects to `endpoint`, whose port must be given, runs `body`, and closes the connection however `body` is left.
    ///
    /// With `.tls` the connection is secured from the first octet; with `.startTLS` when `startTLS()` is called.
    /// - Throws: `TransportError` where no connection comes about; what `body` throws, untouched.
    public static func withConnection<Value>(
        to endpoint: Endpoint, configuration: TransportConfiguration = TransportConfiguration(),
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect(to: endpoint, configuration: configuration)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// A connection to `endpoint`, whose port must be given. It is open until `close()`, its server or its loop ends it: whoever
    /// holds many connections closes them.
    public static func connect(
        to endpoint: Endpoint, configuration: TransportConfiguration = TransportConfiguration()
    ) async throws(TransportError) -> Connection {
        guard endpoint.port != nil || endpoint.unixSocket != nil else {
            throw TransportError(.invalidEndpoint, during: "connect", "\(endpoint) names no port")
        }
        let connection = Connection(configuration, on: try place(configuration))
        try await connection.open(endpoint, port: 0)
        return connection
    }

    /// Closes the connection now, with TLS's end mark where TLS is up; nothing happens where it is over already.
    public func close() {
        finish(nil)
    }

    /// What TLS agreed on; nil in plaintext.
    public var tlsInformation: TLSInformation? { driver.tlsInformation }

    /// What ties an authentication to this connection's TLS; nil in plaintext, or where the type is not defined for it.
    public func channelBinding(_ kind: ChannelBinding.Kind) -> ChannelBinding? { driver.channelBinding(kind) }

    // MARK: Receiving

    /// The octets that have arrived, at least one; none at the end of the stream.
    ///
    /// - Parameters:
    ///   - count: so many at most; the others stay for the next call.
    ///   - limit: how long the first may take; nil for ever. When it passes, the connection is closed.
    /// - Throws: `TransportError`; of kind `.truncated` where TLS ended without its end mark.
    public func receive(
        upTo count: Int = .max, within limit: Duration? = nil
    ) async throws(TransportError) -> [UInt8] {
        guard try await arrival(within: limit) else { return [] }
        let taken = driver.engine.input.take(max(count, 1))
        consume(0)
        return taken
    }

    /// Lends the octets that have arrived, at least one, to `body`, which says how many of them it used. It must not use the
    /// connection.
    ///
    /// - Returns: what `body` returned, held within what there was; nil at the end of the stream, without a call of `body`.
    public func receive(
        within limit: Duration? = nil, _ body: (Span<UInt8>) -> Int
    ) async throws(TransportError) -> Int? {
        guard try await arrival(within: limit) else { return nil }
        let used = min(max(driver.engine.lend(body), 0), driver.engine.input.count)
        consume(used)
        return used
    }

    private func consume(_ count: Int) {
        driver.engine.consume(count)
        driver.flow.keepsBuffer = false
        driver.rest()
    }

    /// The next line without its line end, which is CRLF or LF; nil at the end of the stream.
    ///
    /// - Parameters:
    ///   - length: the most octets a line may have.
    ///   - limit: how long it may take until the line is whole, whatever arrives meanwhile; nil for ever.
    /// - Throws: `TransportError` of kind `.lineTooLong` for a longer line, which stays unread, and `.truncated` where the stream ends
    ///   within a line.
    public func receiveLine(
        upTo length: Int = 65_536, within limit: Duration? = nil
    ) async throws(TransportError) -> [UInt8]? {
        let deadline = limit.map { MonotonicTime.now.advanced(by: $0) }
        framer.limit = max(length, 0)
        framer.reset()
        while true {
            let frame: LineFrame?
            do throws(LineTooLong) {
                frame = try framer.next(in: driver.engine.input)
            } catch {
                throw TransportError(
                    .lineTooLong, during: "receive a line", "a line has more than \(error.limit) octets")
            }
            if let frame {
                let line = Array(driver.engine.input.take(frame.length).prefix(frame.contentLength))
                consume(0)
                return line
            }
            // Counted before the call: on its way octets may arrive.
            let unread = driver.engine.input.count
            let left = deadline.map { $0.since(.now) }
            guard try await more(than: unread, within: left) else {
                guard driver.engine.input.isEmpty else {
                    throw TransportError(
                        .truncated, during: "receive a line", "the stream ended within a line")
                }
                return nil
            }
        }
    }

    /// Waits until there are unread octets; false at the end of the stream.
    private func arrival(within limit: Duration?) async throws(TransportError) -> Bool {
        if !driver.engine.input.isEmpty { return true }
        return try await more(than: 0, within: limit)
    }

    /// Waits until there are more than `before` unread octets; false at the end of the stream.
    private func more(than before: Int, within limit: Duration?) async throws(TransportError) -> Bool {
        if driver.flow.holdsReading {
            driver.flow.holdsReading = false
            // There may be more in the kernel already: no need to wait then.
            pump()
        }
        while driver.engine.input.count <= before {
            if driver.isOver {
                guard let ending, !driver.engine.hasEnded || ending.kind != .closed else { return false }
                throw ending
            }
            let reply = PendingReply<Void, TransportError>()
            readers.append(reply)
            do throws(TransportError) {
                try await wait(for: reply, within: limit, command: "receive")
            } catch  where error.kind == .closed && driver.engine.hasEnded {
                return driver.engine.input.count > before
            }
        }
        return true
    }

    // MARK: Sending

    /// Sends `octets` behind what was to be sent before.
    ///
    /// Returns when little enough is left to be sent that more may be given. Secret ranges do not show in the wire trace.
    /// - Parameter limit: how long that may take; nil for ever. When it passes, the connection is closed.
    public func send(_ octets: WireOctets, within limit: Duration? = nil) async throws(TransportError) {
        try submit(.send(octets))
        guard driver.pendingOutput > Self.outputMark else { return }
        try await drained(below: Self.outputMark, within: limit, command: "send")
    }

    /// Sends `octets` behind what was to be sent before; see `send(_:within:)`.
    public func send(_ octets: [UInt8], within limit: Duration? = nil) async throws(TransportError) {
        try await send(WireOctets(octets), within: limit)
    }

    /// Sends `pieces` as they come; no more than one of them and 64 KiB are held.
    ///
    /// - Parameter limit: how long each piece may take to leave; nil for ever.
    /// - Throws: `TransportError`, or what `pieces` throws; what was sent by then is sent.
    public func send<Pieces: AsyncSequence>(
        contentsOf pieces: sending Pieces, within limit: Duration? = nil
    ) async throws where Pieces.Element == [UInt8] {
        for try await piece in pieces { try await send(WireOctets(piece), within: limit) }
    }

    /// Waits until everything was handed to the kernel.
    public func flush(within limit: Duration? = nil) async throws(TransportError) {
        try await drained(below: 0, within: limit, command: "send")
    }

    // MARK: TLS

    /// Begins TLS, the server having agreed to it in plaintext. For an endpoint with `.startTLS` security.
    ///
    /// - Throws: `TransportError`; of kind `.plaintextAfterStartTLS` where unread octets wait: somebody may have put them there
    ///   (RFC 3207 §6). The connection is closed then.
    public func startTLS() async throws(TransportError) {
        guard upgrade == nil, driver.tlsInformation == nil, !driver.isHandshaking else {
            throw TransportError(.tlsFailed, during: "TLS upgrade", "TLS is up already, or on its way")
        }
        let reply = PendingReply<Void, TransportError>()
        upgrade = reply
        do throws(TransportError) {
            try submit(.startTLS)
        } catch {
            fail(error)
            throw error
        }
        try await wait(for: reply, within: nil, command: "TLS handshake")
    }

    // MARK: Events

    package func receive(_ event: OctetStream.Event) {
        switch event {
        case .arrived:
            driver.flow.holdsReading = driver.engine.input.count >= EventLoop.bufferSize
            driver.flow.keepsBuffer = !readers.isEmpty
            wakeReaders(.success(()))
        case .tlsEstablished:
            upgrade?.resolve(.success(()))
            upgrade = nil
        }
    }

    package func ended(_ failure: TransportError?) {
        let reason = failure ?? .closed(during: "receive")
        ending = reason
        wakeReaders(.failure(reason))
        upgrade?.resolve(.failure(reason))
        upgrade = nil
    }

    private func wakeReaders(_ result: Result<Void, TransportError>) {
        for reader in readers { reader.resolve(result) }
        readers.removeAll(keepingCapacity: true)
    }

    package static func failure(for error: TransportError, command: String?) -> TransportError { error }

    /// Octets that may wait to be sent while more is given.
    private static var outputMark: Int { 64 * 1024 }
}
