import MailTestKit

/// The server's part of `ClientSession`, as a fixture.
enum SessionScript {
    static func fixture(_ mailProtocol: MailProtocol, _ channel: Channel, _ message: SampleMessage) throws -> Fixture {
        let body: [String] =
            switch mailProtocol {
            case .smtp: smtp(channel, message)
            case .pop3: pop3(channel, message)
            case .imap4: imap4(channel, message)
            }
        // A fixture that expects nothing of its client is refused; this one is only served.
        let text =
            header + (channel == .tls ? "" : "# channel: plaintext\n") + body.joined(separator: "\n") + "\n=> the end\n"
        return try Fixture(text)
    }

    private static let header = """
        # spec: RFC 5321, RFC 1939, RFC 3501
        # source: synthetic
        # proves: nothing by itself

        """

    /// fred's password in AUTH PLAIN.
    private static let plain = "AGZyZWQAaHVudGVyMg=="

    private static func smtp(_ channel: Channel, _ message: SampleMessage) -> [String] {
        let hello = ["C: EHLO bar.com", "S: 250-foo.com", "S: 250-PIPELINING"]
        var lines = ["S: 220 foo.com"]
        if channel == .starttls {
            lines += hello + ["S: 250 STARTTLS", "C: STARTTLS", "S: 220 go on", "!tls"]
        }
        lines += hello + ["S: 250 AUTH PLAIN", "C: AUTH PLAIN \(plain)", "S: 235 welcome"]
        lines += [
            "C: MAIL FROM:<a@bar.com>", "C: RCPT TO:<b@foo.com>", "C: DATA", "S: 250 ok", "S: 250 ok", "S: 354 go",
        ]
        // In blocks, so that no step has much to compare again with each octet.
        let block = 20
        for start in stride(from: 0, to: message.lines, by: block) {
            lines.append("C~: \\*\(min(block, message.lines - start)){\(message.line)\\r\\n}")
        }
        return lines + ["C: .", "S: 250 queued", "C: QUIT", "S: 221 bye"]
    }

    private static func pop3(_ channel: Channel, _ message: SampleMessage) -> [String] {
        var lines = ["S: +OK ready"]
        if channel == .starttls {
            lines += ["C: CAPA", "S: +OK", "S: STLS", "S: .", "C: STLS", "S: +OK", "!tls"]
        }
        lines += ["C: CAPA", "S: +OK", "S: SASL PLAIN", "S: .", "C: AUTH PLAIN \(plain)", "S: +OK"]
        lines += ["C: STAT", "S: +OK 1 \(message.size)", "C: RETR 1", "S: +OK"]
        lines += ["S~: \\*\(message.lines){\(message.line)\\r\\n}", "S: ."]
        return lines + ["C: DELE 1", "S: +OK", "C: QUIT", "S: +OK"]
    }

    private static func imap4(_ channel: Channel, _ message: SampleMessage) -> [String] {
        let capabilities = "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE"
        var lines: [String]
        if channel == .starttls {
            lines = ["S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready"]
            lines += ["C: ${s} STARTTLS", "S: ${s} OK begin", "!tls"]
            lines += ["C: ${c} CAPABILITY", "S: * CAPABILITY \(capabilities)", "S: ${c} OK done"]
        } else {
            lines = ["S: * OK [CAPABILITY \(capabilities)] ready"]
        }
        lines += ["C: ${a} AUTHENTICATE PLAIN \(plain)", "S: ${a} OK [CAPABILITY \(capabilities)] in"]
        lines += ["C: ${i} SELECT INBOX", "S: * 1 EXISTS", "S: ${i} OK [READ-WRITE] done"]
        lines += ["C: ${f} UID FETCH 1:* (UID BODY.PEEK[])", "S: * 1 FETCH (UID 1 BODY[] {\(message.size)}"]
        lines += ["S~: \\*\(message.lines){\(message.line)\\r\\n}", "S: )", "S: ${f} OK done"]
        lines += ["C: ${d} IDLE", "S: + idling", "S: * 2 EXISTS", "C: DONE", "S: ${d} OK done"]
        return lines + ["C: ${l} LOGOUT", "S: * BYE bye", "S: ${l} OK done"]
    }
}
