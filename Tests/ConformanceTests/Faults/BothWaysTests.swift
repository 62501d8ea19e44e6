import IMAP4
import MailTestKit
import MailTransport
import Octets
import SASL
import Testing

/// A server that does not read before it has written must not stop a client that writes.
@Suite(.timeLimit(.minutes(5))) struct BothWaysTests {
    @Test func `an append of 64 MiB meets 64 MiB of responses`() async throws {
        let length = 64 << 20
        let line = Array("* OK ".utf8) + [UInt8](repeating: 0x78, count: 32_000) + Array("\r\n".utf8)
        var flood: [UInt8] = []
        flood.reserveCapacity(length + line.count)
        while flood.count < length { flood += line }
        let message = [UInt8](repeating: 0x79, count: length)
        let login = ProtocolOverTLS(name: .imap4, isUpgrade: false).login.flatMap(\.steps)
        let faulty = try FaultyWay(trusts: true)
        let tag = ProtocolOverTLS.tag(2)
        let server = try ScriptedServer.start(
            within: .seconds(200),
            script: [.startTLS(try CertificateWorld.get().root.issue())] + login + [
                .expect("\(tag) APPEND INBOX {\(length)}\r\n"), .send("+ go\r\n"), .send(flood), .expect(message),
                .expect("\r\n"), .send("\(tag) OK [APPENDUID 1 1] done\r\n"), .ignoreRest,
            ])
        var configuration = IMAP4Client.Configuration()
        configuration.transport = faulty.transport
        let endpoint = Endpoint.tls("localhost", port: server.port)
        let imap = try await IMAP4Client.connect(to: endpoint, configuration: configuration, tagSeed: 0)
        try await AnyMailClient.imap4(imap).authenticate()
        _ = try await imap.append(message, to: "INBOX")
        await imap.close()
        await faulty.expectNothingLeft()
    }
}
