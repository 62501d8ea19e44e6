import MailTestKit
import MailTransport
import Testing

/// What a session is led over, and what is left of it afterwards: loops, roots and limits of one test.
struct FaultyWay {
    let loops: EventLoopGroup
    var transport = TransportConfiguration()

    /// - Parameter trusts: whether the authority that `CertificateWorld` issues with is trusted.
    init(trusts: Bool = false) throws {
        loops = try EventLoopGroup(count: 1)
        transport.loops = loops
        transport.closeTimeout = .milliseconds(500)
        if trusts { transport.tls.roots = .file(try CertificateWorld.get().root.path) }
    }

    static func endpoint(_ port: UInt16, secured: Bool) -> Endpoint {
        secured ? .tls("localhost", port: port) : .plaintext("127.0.0.1", port: port)
    }

    /// What the three modules' errors have in common: the kind's name, and where the transport has one, that.
    static func kind(of error: any Error) -> String { ProtocolOverTLS.Failure(error).kind }

    /// Nothing of the connections is left, and the loops end.
    func expectNothingLeft() async {
        let loop = loops.next
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        #expect(loop.holdings.descriptors == 0)
        #expect(loop.holdings.timers == 0)
        await loops.stop()
    }
}

extension FullSession {
    /// How many exchanges at the end are courtesies, whose answers bring nothing any more. POP3's goodbye deletes (RFC 1939 §6).
    var courtesies: Int { name == "SMTP" ? 1 : name == "POP3" ? 0 : 2 }

    /// All octets that the server says, and those of them that count.
    var length: Int { exchanges.reduce(0) { $0 + $1.answered.utf8.count } }
    var lengthThatCounts: Int { exchanges.dropLast(courtesies).reduce(0) { $0 + $1.answered.utf8.count } }

    /// The server's part up to so many of its octets.
    func script(cutBehind count: Int) -> [ScriptStep] {
        var left = count
        var script: [ScriptStep] = []
        for (said, answered) in exchanges {
            if !said.isEmpty { script.append(.expect(said)) }
            let octets = Array(answered.utf8.prefix(left))
            if !octets.isEmpty { script.append(.send(octets, mayBeCutShort: true)) }
            left -= octets.count
            if octets.count < answered.utf8.count { break }
        }
        return script
    }
}
