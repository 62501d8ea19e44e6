import IMAP4
import MailTestKit
import MailTransport
import POP3
import SMTP
import Testing

/// Whatever a client waits for, cancelling its task ends the wait at once and leaves nothing: every other limit here is an hour.
@Suite(.timeLimit(.minutes(3))) struct CancellationTests {
    private static let identity = Result {
        let authority = try TestCertificateAuthority()
        return (authority, try authority.issue(.loopback))
    }

    private func transport(_ loops: EventLoopGroup) throws -> TransportConfiguration {
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.tls.roots = .file(try Self.identity.get().0.path)
        transport.connectTimeout = .seconds(3600)
        transport.handshakeTimeout = .seconds(3600)
        transport.closeTimeout = .seconds(3600)
        return transport
    }

    /// Plays `script`, which calls its argument where the client is to be cancelled; the error and how long it took to come.
    private func cancel(
        _ session: FullSession, tls: ServerIdentity?, _ script: (ScriptStep) -> [ScriptStep]
    ) async throws -> Duration {
        let (reached, signal) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer.start(
            tls: tls, within: .seconds(100), script: script(.perform { signal.yield() }))
        let loops = try EventLoopGroup(count: 1)
        let endpoint: Endpoint =
            tls == nil ? .plaintext("127.0.0.1", port: server.port) : .tls("localhost", port: server.port)
        let transport = try transport(loops)
        let task = Task { try await session.run(endpoint, transport, .seconds(3600)) }
        for await _ in reached { break }
        let began = ContinuousClock.now
        task.cancel()
        let result = await task.result
        let took = ContinuousClock.now - began
        switch result {
        // All was done but for leaving, which is not worth an error.
        case .success(let result): #expect(result == session.result)
        case .failure(let error as SMTPError): #expect(error.kind == .cancelled)
        case .failure(let error as POP3Error): #expect([.cancelled, .deletionsUnconfirmed].contains(error.kind))
        case .failure(let error as IMAP4Error): #expect(error.kind == .cancelled)
        case .failure(let error): Issue.record(error)
        }
        let loop = loops.next
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        #expect(loop.holdings.descriptors == 0)
        #expect(loop.holdings.timers == 0)
        await loops.stop()
        _ = await server.conversations()
        return took
    }

    /// Cancels in one state until it was quick, which a busy machine may prevent now and then.
    private func expectQuick(
        _ session: FullSession, tls: ServerIdentity?, _ state: String, _ script: (ScriptStep) -> [ScriptStep]
    ) async throws {
        var least = Duration.seconds(3600)
        for _ in 0..<20 where least >= .milliseconds(100) {
            least = min(least, try await cancel(session, tls: tls, script))
        }
        #expect(least < .milliseconds(100), "\(state)")
    }

    @Test(arguments: FullSession.all, [false, true])
    func `in every state of a session`(session: FullSession, secured: Bool) async throws {
        let tls = secured ? try Self.identity.get().1 : nil
        // The last exchange is the goodbye, which is not worth an error.
        for count in 0..<(session.exchanges.count - 1) {
            let (said, answered) = session.exchanges[count]
            let before = session.script(upTo: count) + (said.isEmpty ? [] : [.expect(said)])
            try await expectQuick(session, tls: tls, "waiting for answer \(count)") { signal in
                before + [signal, .ignoreRest]
            }
            let half = String(answered.prefix(answered.utf8.count / 2))
            try await expectQuick(session, tls: tls, "in the middle of answer \(count)") { signal in
                before + [.send(half, mayBeCutShort: true), signal, .ignoreRest]
            }
        }
    }

    @Test(arguments: FullSession.all) func `in the handshake`(session: FullSession) async throws {
        let loops = try EventLoopGroup(count: 1)
        // It accepts and says nothing, whatever comes.
        let (reached, signal) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer.start(
            within: .seconds(100), script: [.perform { signal.yield() }, .ignoreRest])
        let transport = try transport(loops)
        let task = Task { try await session.run(.tls("localhost", port: server.port), transport, .seconds(3600)) }
        for await _ in reached { break }
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(loops.next.holdings.timers == 0)
        await loops.stop()
    }

    @Test(arguments: FullSession.all) func `before anything began`(session: FullSession) async throws {
        let loops = try EventLoopGroup(count: 1)
        let transport = try transport(loops)
        let task = Task {
            // Holds: the task is the current one, used in the closure alone.
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await session.run(.tls("localhost", port: 1), transport, .seconds(3600))
        }
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(loops.next.holdings.timers == 0)
        await loops.stop()
    }
}
