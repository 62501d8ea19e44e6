import MailTestKit
import MailTransport
import Testing

@testable import SMTP

/// What a scripted server and a client need to meet.
enum ClientScript {
    static let authority = Result { try TestCertificateAuthority() }

    static func identity(_ profile: CertificateProfile = .loopback) throws -> ServerIdentity {
        try authority.get().issue(profile)
    }

    /// A configuration that trusts the authority, calls itself bar.com and waits for `limit` at most.
    static func configuration(limit: Duration = .seconds(10)) throws -> SMTPClient.Configuration {
        var configuration = SMTPClient.Configuration()
        configuration.transport.tls.roots = .file(try authority.get().path)
        configuration.transport.connectTimeout = limit
        configuration.transport.handshakeTimeout = limit
        configuration.ehloArgument = try EHLOArgument("bar.com")
        configuration.timeouts = SMTPTimeouts(all: limit)
        return configuration
    }

    /// The greeting, and EHLO answered with `extensions`. Nothing may come before its turn.
    static func hello(_ extensions: String...) -> [ScriptStep] {
        [.expectSilence(for: .milliseconds(20)), .send("220 foo.com\r\n")] + ehlo(extensions)
    }

    static func ehlo(_ extensions: [String]) -> [ScriptStep] {
        let lines = ["foo.com"] + extensions
        let answer = lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)\r\n" }
            .joined()
        return [.expect("EHLO bar.com\r\n"), .expectSilence(for: .milliseconds(20)), .send(answer)]
    }

    static let quit: [ScriptStep] = [.expect("QUIT\r\n"), .send("221 bye\r\n")]

    /// One pipelined transaction up to 354.
    static func envelope(_ recipients: String..., answers: [String] = []) -> [ScriptStep] {
        let commands = recipients.map { "RCPT TO:<\($0)>\r\n" }.joined()
        let accepted = answers.isEmpty ? recipients.map { _ in "250 ok\r\n" } : answers.map { "\($0)\r\n" }
        return [
            .expect("MAIL FROM:<a@bar.com>\r\n\(commands)DATA\r\n"), .expectSilence(for: .milliseconds(20)),
            .send("250 ok\r\n\(accepted.joined())354 go\r\n"),
        ]
    }
}

extension SMTPTimeouts {
    /// The same limit for everything.
    init(all limit: Duration) {
        self.init()
        greeting = limit
        command = limit
        authentication = limit
        mail = limit
        recipient = limit
        dataInitiation = limit
        dataBlock = limit
        dataTermination = limit
    }
}

/// The `SMTPError` that `body` throws.
func smtpError(_ body: () async throws -> Void) async -> SMTPError? {
    do {
        try await body()
        return nil
    } catch {
        #expect(error is SMTPError, "\(error)")
        return error as? SMTPError
    }
}
