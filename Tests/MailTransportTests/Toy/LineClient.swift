import Octets

@testable import MailTransport

/// A client of the toy protocol, made as the protocol modules make theirs.
actor LineClient: EngineClient {
    nonisolated let loop: EventLoop
    let driver: EngineDriver<LineEngine>
    private let lines: StreamQueue<LineEngine.Event, LineEngine.Failure>
    private(set) var endings: [LineEngine.Failure?] = []
    private(set) var wakeUps = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, configuration: TransportConfiguration, highWater: Int = 64 * 1024) {
        self.loop = loop
        driver = EngineDriver(engine: LineEngine(), loop: loop, configuration: configuration, label: "line")
        lines = StreamQueue(highWater: highWater, flow: driver.flow)
    }

    nonisolated func ready(_ descriptor: Int32) {
        assumeIsolated { client in
            client.wakeUps += 1
            client.driver.socketIsReady()
            client.pump()
        }
    }

    func receive(_ event: LineEngine.Event) {
        if case .line(let text) = event { lines.push(event, cost: text.utf8.count) } else { lines.push(event, cost: 1) }
    }

    func ended(_ failure: LineEngine.Failure?) {
        endings.append(failure)
        lines.finish(failure)
    }

    static func failure(for error: TransportError, command: String?) -> LineEngine.Failure {
        LineEngine.Failure(what: error.description, kind: error.kind)
    }

    func connect(_ endpoint: Endpoint) async throws(LineEngine.Failure) {
        try await open(endpoint, port: 1)
    }

    func send(_ command: LineEngine.Command) throws(LineEngine.Failure) {
        try submit(command)
    }

    /// Sends several things before anything that arrives is looked at.
    func send(_ commands: [LineEngine.Command]) throws(LineEngine.Failure) {
        for command in commands { try submit(command) }
    }

    func receive(within limit: Duration? = .seconds(5)) async throws(LineEngine.Failure) -> LineEngine.Event? {
        try await next(from: lines, within: limit, command: "a line")
    }

    func drain(within limit: Duration = .seconds(20)) async throws(LineEngine.Failure) {
        try await drained(below: 0, within: limit, command: "send")
    }

    var buffered: Int { lines.bufferedCost }

    var tlsInformation: TLSInformation? { driver.tlsInformation }
}
