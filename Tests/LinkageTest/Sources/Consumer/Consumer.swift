import Mailwire

/// Uses every client for real, so that the linker keeps what they need. Run without arguments it only says which they are.
@main
struct Consumer {
    static func main() async throws {
        print(SMTPClient.self, POP3Client.self, IMAP4Client.self)
        guard CommandLine.arguments.count > 1 else { return }
        let server = CommandLine.arguments[1]
        try await SMTPClient.withConnection(to: .tls(server)) { _ in }
        try await POP3Client.withConnection(to: .tls(server)) { _ in }
        try await IMAP4Client.withConnection(to: .tls(server)) { _ in }
    }
}
