import Glibc
import MailTestKit

/// A server for every protocol and channel, in the runner's own process, where no call fails.
final class SessionServers: Sendable {
    private let servers: [String: ScriptedServer]
    private let authority: TestCertificateAuthority

    /// More connections than any campaign makes.
    private static let connections = 50_000

    init(_ message: SampleMessage) throws {
        authority = try TestCertificateAuthority()
        let identity = try authority.issue()
        var servers: [String: ScriptedServer] = [:]
        for mailProtocol in MailProtocol.allCases {
            for channel in Channel.allCases {
                let fixture = try SessionScript.fixture(mailProtocol, channel, message)
                var script = ScriptStep.script(of: fixture, tls: identity)
                // Here, so that all connections share the one script.
                if channel == .tls { script.insert(.startTLS(identity), at: 0) }
                servers["\(mailProtocol) \(channel)"] = try ScriptedServer.start(
                    within: .seconds(3600), scripts: Array(repeating: script, count: Self.connections))
            }
        }
        // Greets, and then says nothing.
        servers["silence"] = try ScriptedServer.start(
            within: .seconds(3600),
            scripts: Array(repeating: [.send("+OK ready\r\n"), .ignoreRest], count: Self.connections))
        self.servers = servers
    }

    /// The file that clients trust.
    var roots: String { authority.path }

    func port(_ mailProtocol: MailProtocol, _ channel: Channel) -> UInt16 {
        servers["\(mailProtocol) \(channel)"]?.port ?? 0
    }

    var silentPort: UInt16 { servers["silence"]?.port ?? 0 }
}
