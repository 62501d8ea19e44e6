import MailTestKit
import Testing

@testable import MailTransport

/// The key log that tools decrypt captures with: only where it is set.
@Suite(.timeLimit(.minutes(1))) struct KeyLogTests {
    @Test func `the keys of a connection are added where a file is named`() async throws {
        let folder = try TestFolder(["keys": Array("# before\n".utf8)])
        let path = folder.path + "/keys"
        let authority = try TestCertificateAuthority()
        let (outcome, _) = try await TLSTrial.run(authority.issue(), trusting: authority) {
            $0.insecureKeyLogFile = path
        }
        #expect(outcome.kind == nil)
        let octets = try SettingsFile.read(path, or: .system).octets
        let lines = String(decoding: octets, as: UTF8.self).split(separator: "\n")
        #expect(lines.first == "# before")
        for label in ["CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET"] {
            #expect(lines.contains { $0.hasPrefix(label + " ") })
        }
        for line in lines.dropFirst() { #expect(line.split(separator: " ").count == 3) }
    }

    @Test func `without one there is none`() {
        #expect(TLSConfiguration().insecureKeyLogFile == nil)
    }
}
