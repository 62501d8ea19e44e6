import MailTestKit
import MailTransport
import Octets
import SASL

@testable import POP3

/// What the clients of these tests say by default.
extension POP3Client.Configuration {
    static func testing(_ change: (inout POP3Client.Configuration) -> Void = { _ in }) -> POP3Client.Configuration {
        var configuration = POP3Client.Configuration()
        configuration.session.allowsPasswordInPlaintext = true
        configuration.timeouts.reply = .seconds(5)
        configuration.timeouts.authentication = .seconds(5)
        configuration.timeouts.stall = .seconds(5)
        change(&configuration)
        return configuration
    }
}

extension Credential {
    static var fred: Credential { .password(user: "fred", Secret("hunter2")) }
}

/// The beginning of a script: greeting, capabilities and login.
func opening(_ capabilities: String...) -> [ScriptStep] {
    [
        .send("+OK ready\r\n"), .expect("CAPA\r\n"),
        .send("+OK\r\n" + capabilities.map { $0 + "\r\n" }.joined() + "USER\r\n.\r\n"),
        .expect("USER fred\r\n"), .send("+OK\r\n"), .expect("PASS hunter2\r\n"), .send("+OK in\r\n"),
    ]
}

/// The end of a script.
let goodbye: [ScriptStep] = [.expect("QUIT\r\n"), .send("+OK bye\r\n"), .close]

/// A client in plaintext with `server`, logged in, until `body` returns.
func withClient<Value>(
    of server: ScriptedServer, _ configuration: POP3Client.Configuration = .testing(),
    _ body: (POP3Client) async throws -> Value
) async throws -> Value {
    try await POP3Client.withConnection(to: .plaintext("127.0.0.1", port: server.port), configuration: configuration) {
        pop in
        try await pop.authenticate(.fred)
        return try await body(pop)
    }
}
