import MailTransport

/// What is spoken.
enum MailProtocol: String, CaseIterable, Sendable {
    case smtp, pop3, imap4
}

/// How a session is secured.
enum Channel: String, CaseIterable, Sendable {
    case plaintext, tls, starttls

    func endpoint(port: UInt16) -> Endpoint {
        switch self {
        case .plaintext: .plaintext("localhost", port: port)
        case .tls: .tls("localhost", port: port)
        case .starttls: .startTLS("localhost", port: port)
        }
    }
}

/// The message that each session moves: its size is a promise between the subject and the server.
struct SampleMessage: Sendable {
    /// How many lines of 100 octets with their CRLF.
    let lines: Int

    private static let text = String(repeating: "0123456789", count: 9) + "01234567"

    var line: String { Self.text }
    var size: Int { lines * (Self.text.utf8.count + 2) }
    var octets: [UInt8] {
        let line = Array("\(Self.text)\r\n".utf8)
        return (0..<lines).flatMap { _ in line }
    }
}
