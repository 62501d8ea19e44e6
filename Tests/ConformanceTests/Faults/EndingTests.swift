import MailTestKit
import MailTransport
import Testing

/// A connection that ends behind any octet: everybody who waits hears of it by type, nobody twice, nothing is taken for whole that
/// is not, and nothing is left.
///
/// A TLS stream that ends without its mark is `TruncationTests`' concern.
@Suite(.timeLimit(.minutes(5))) struct EndingTests {
    enum Ending: String, Sendable, CaseIterable {
        /// The server ends its stream and still reads: half of the connection is closed.
        case halfClose
        /// The server resets the connection, and what it sent and nobody took yet may be lost.
        case reset

        var step: ScriptStep { self == .halfClose ? .truncate : .reset }
    }

    /// Plays a session that ends behind `count` octets; whether all was done in spite of it.
    private func play(
        _ session: FullSession, _ ending: Ending, tls: ServerIdentity?, behind count: Int, _ way: FaultyWay
    ) async throws -> Result<[String], any Error> {
        let server = try ScriptedServer.start(
            tls: tls, within: .seconds(60), script: session.script(cutBehind: count) + [ending.step])
        let endpoint = FaultyWay.endpoint(server.port, secured: tls != nil)
        let result: Result<[String], any Error>
        do {
            result = .success(try await session.run(endpoint, way.transport, .seconds(60)))
        } catch {
            result = .failure(error)
        }
        _ = await server.conversations()
        return result
    }

    private func expectTyped(_ session: FullSession, _ ending: Ending, tls: ServerIdentity?) async throws {
        let way = try FaultyWay(trusts: tls != nil)
        for count in 0...session.length {
            let result = try await play(session, ending, tls: tls, behind: count, way)
            let comment = Comment(rawValue: "\(ending) behind \(count) of \(session.length): \(result)")
            switch result {
            case .success(let got):
                // Behind a courtesy's half answer, or where the last octets were taken before the reset.
                #expect(count >= session.lengthThatCounts, comment)
                #expect(got == session.result, comment)
            case .failure(let error):
                #expect(count < session.lengthThatCounts || ending == .reset, comment)
                let kinds = [
                    "closed", "connectionReset", "truncated", "connectionClosed", "deliveryUnknown",
                    "deletionsUnconfirmed", "serverClosing", "unexpectedReply",
                ]
                #expect(kinds.contains(FaultyWay.kind(of: error)), comment)
            }
        }
        await way.expectNothingLeft()
    }

    @Test(arguments: FullSession.all, Ending.allCases) func `behind every octet`(
        session: FullSession, ending: Ending
    ) async throws {
        try await expectTyped(session, ending, tls: nil)
    }

    @Test(arguments: FullSession.all) func `a reset behind every octet under TLS`(session: FullSession) async throws {
        try await expectTyped(session, .reset, tls: try CertificateWorld.get().root.issue())
    }

    /// RFC 9293 §3.5.3: whoever has ended its stream may still read; what it said before counts.
    @Test(arguments: FullSession.all) func `answers before a half-close are delivered`(session: FullSession)
        async throws
    {
        let way = try FaultyWay()
        for count in 1..<session.exchanges.count {
            // The answer to the last command that was read comes with the end of the stream.
            let server = try ScriptedServer.start(
                within: .seconds(60), script: session.script(upTo: count) + [.truncate])
            let result = await Result { [port = server.port] in
                try await session.run(.plaintext("127.0.0.1", port: port), way.transport, .seconds(60))
            }
            let conversation = await server.conversations()[0]
            // The client went on: it said what follows the last answer.
            let said = String(decoding: conversation.plaintext, as: UTF8.self)
            let expected = session.exchanges.prefix(count).map(\.said).joined()
            #expect(said.hasPrefix(expected), "\(count): \(result)")
        }
        await way.expectNothingLeft()
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
