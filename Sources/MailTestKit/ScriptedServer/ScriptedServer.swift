internal import Glibc
import Octets

/// A server on 127.0.0.1 that knows no protocol, only what is to be said and heard: it fails on anything out of turn.
///
/// ```swift
/// let server = try ScriptedServer.start(script: [
///     .send("+OK ready\r\n"), .expect("QUIT\r\n"), .send("+OK\r\n"), .close,
/// ])
/// … // a client connects to server.port
/// try await server.finish()
/// ```
///
/// Each connection is played by a thread of its own. Every wait has a deadline, so that `finish()` always returns; a
/// server that nobody holds any more stops by itself.
public final class ScriptedServer: Sendable {
    /// The port on 127.0.0.1.
    public let port: UInt16

    private let state: State

    private init(port: UInt16, state: State) {
        self.port = port
        self.state = state
    }

    deinit {
        state.stop.set()
    }

    /// Listens for one connection.
    ///
    /// - Parameters:
    ///   - identity: who handshakes as server before the script begins; nil for plaintext.
    ///   - limit: how long each step may take.
    ///   - script: the steps; behind the last one the client is to close.
    public static func start(
        tls identity: ServerIdentity? = nil, within limit: Duration = .seconds(60), script: [ScriptStep]
    ) throws(ScriptFailure) -> ScriptedServer {
        try start(tls: identity, within: limit, scripts: [script])
    }

    /// Listens for as many connections as there are scripts; the first to be accepted plays the first one.
    ///
    /// - Parameters:
    ///   - identity: who handshakes as server before each script begins; nil for plaintext.
    ///   - limit: how long each step may take.
    ///   - scripts: the steps of each connection.
    public static func start(
        tls identity: ServerIdentity? = nil, within limit: Duration = .seconds(60), scripts: [[ScriptStep]]
    ) throws(ScriptFailure) -> ScriptedServer {
        try start(tls: identity, within: limit, scripts: scripts, rendezvous: nil)
    }

    static func start(
        tls identity: ServerIdentity?, within limit: Duration, scripts: [[ScriptStep]], rendezvous: Rendezvous?
    ) throws(ScriptFailure) -> ScriptedServer {
        let listening = try ListeningSocket()
        let state = State(connections: scripts.count)
        let scripts = scripts.map { script in
            identity.map { [ScriptStep.startTLS($0)] + script } ?? script
        }
        let isRunning = ServerThread.start {
            Self.accept(listening, scripts, within: limit, rendezvous, state)
        }
        guard isRunning else { throw ScriptFailure("no thread for the server") }
        return ScriptedServer(port: listening.port, state: state)
    }

    /// Waits until all scripts were played, and gives what came of each.
    ///
    /// To be called when the client is done: a connection that was not made by then is out of turn.
    /// - Throws: the first thing that went out of turn.
    @discardableResult
    public func finish() async throws(ScriptFailure) -> [ScriptedConversation] {
        let conversations = await conversations()
        for conversation in conversations {
            if let failure = conversation.failure { throw failure }
        }
        return conversations
    }

    /// Waits as `finish()` does, and gives what came of each script, failed or not.
    public func conversations() async -> [ScriptedConversation] {
        state.isFinishing.set()
        return await withCheckedContinuation { continuation in state.whenDone { continuation.resume(returning: $0) } }
    }

    /// Makes all waiting end now.
    func abandon() {
        state.stop.set()
    }

    // MARK: On the server's threads

    private static func accept(
        _ listening: ListeningSocket, _ scripts: [[ScriptStep]], within limit: Duration, _ rendezvous: Rendezvous?,
        _ state: State
    ) {
        for (index, script) in scripts.enumerated() {
            guard let descriptor = accept(listening, within: limit, state) else {
                var conversation = ScriptedConversation()
                conversation.failure = ScriptFailure("only \(index) of \(scripts.count) connections were made")
                for missing in index..<scripts.count { state.end(missing, conversation) }
                rendezvous?.serverDidEnd()
                return
            }
            let play: @Sendable () -> Void = {
                var player = ScriptPlayer(descriptor, script, within: limit, rendezvous: rendezvous, state.stop)
                var conversation = player.play()
                conversation.failure?.connection = index + 1
                state.end(index, conversation)
            }
            if index == scripts.count - 1 {
                play()
            } else if !ServerThread.start(play) {
                close(descriptor)
                var conversation = ScriptedConversation()
                conversation.failure = ScriptFailure("no thread for the connection")
                state.end(index, conversation)
            }
        }
    }

    private static func accept(_ listening: ListeningSocket, within limit: Duration, _ state: State) -> Int32? {
        let deadline = Deadline(in: limit, state.stop)
        while !deadline.hasPassed {
            // Asked before looking, so that what was made before the client was done is still found.
            let isLast = state.isFinishing.isSet
            if let descriptor = listening.accept(until: Deadline(in: .milliseconds(10), state.stop)) {
                return descriptor
            }
            if isLast { return nil }
        }
        return nil
    }

    /// What the threads and the owner share.
    private final class State: Sendable {
        private struct Values {
            var conversations: [ScriptedConversation?]
            var waiters: [@Sendable ([ScriptedConversation]) -> Void] = []
        }

        let stop = Deadline.Stop()
        let isFinishing = Deadline.Stop()
        private let values: Lock<Values>

        init(connections: Int) {
            values = Lock(Values(conversations: Array(repeating: nil, count: connections)))
        }

        func end(_ index: Int, _ conversation: ScriptedConversation) {
            let (all, waiters) = values.withLock { values in
                values.conversations[index] = conversation
                return Self.takeWaiters(&values)
            }
            for waiter in waiters { waiter(all) }
        }

        func whenDone(_ waiter: @escaping @Sendable ([ScriptedConversation]) -> Void) {
            let (all, waiters) = values.withLock { values in
                values.waiters.append(waiter)
                return Self.takeWaiters(&values)
            }
            for waiter in waiters { waiter(all) }
        }

        private static func takeWaiters(
            _ values: inout Values
        ) -> ([ScriptedConversation], [@Sendable ([ScriptedConversation]) -> Void]) {
            let done = values.conversations.compactMap { $0 }
            guard done.count == values.conversations.count else { return ([], []) }
            defer { values.waiters = [] }
            return (done, values.waiters)
        }
    }
}
