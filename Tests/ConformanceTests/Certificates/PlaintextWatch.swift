import Octets
import Testing

/// Looks through what a client said in plaintext for what it must not say before TLS is up.
enum PlaintextWatch {
    private static let commands = ["EHLO", "CAPA", "CAPABILITY", "STARTTLS", "STLS", "QUIT", "LOGOUT"]

    /// What is there and should not be: commands beyond those that ask for TLS or end the session, and the user's name and
    /// password in any of their forms.
    static func findings(in octets: [UInt8], of name: ProtocolOverTLS.Name) -> [String] {
        let text = String(decoding: octets, as: UTF8.self)
        var findings: [String] = []
        for line in text.split(separator: "\r\n") {
            let words = line.split(separator: " ")
            let verb = words.dropFirst(name == .imap4 ? 1 : 0).first.map { $0.uppercased() } ?? ""
            if !commands.contains(verb) { findings.append("the command \(line)") }
        }
        if !text.isEmpty, !text.hasSuffix("\r\n") { findings.append("half a command") }
        for secret in ["fred", ProtocolOverTLS.password] {
            // The characters of Base64 that the secret alone decides, behind none, one and two other octets.
            let encoded = (0..<3).map { shift in
                let padded = [UInt8](repeating: 0, count: shift) + Array(secret.utf8)
                let whole = Base64.encode(padded.span)
                return String(decoding: whole[((8 * shift + 5) / 6)..<(8 * padded.count / 6)], as: UTF8.self)
            }
            for form in [secret] + encoded where text.contains(form) {
                findings.append("\(secret) as \(form)")
            }
        }
        return findings
    }
}

@Suite struct PlaintextWatchTests {
    @Test(arguments: [
        ("EHLO a\r\nAUTH PLAIN AGZyZWQAWHE3LWNhbmFyeQ==\r\n", ProtocolOverTLS.Name.smtp, 3), ("QUIT\r\n", .smtp, 0),
        ("CAPA\r\nUSER fred\r\n", .pop3, 2), ("a STARTTLS\r\nb LOGOUT\r\n", .imap4, 0), ("a NOOP\r\n", .imap4, 1),
        ("EHLO Xq7-canary\r\n", .smtp, 1), ("EHLO a", .smtp, 1), ("", .pop3, 0),
    ]) func `it finds commands and secrets`(text: String, name: ProtocolOverTLS.Name, count: Int) {
        let findings = PlaintextWatch.findings(in: Array(text.utf8), of: name)
        #expect(findings.count == count, "\(findings)")
    }
}
