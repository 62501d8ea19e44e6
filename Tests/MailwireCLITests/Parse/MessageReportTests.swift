import RFC5322
import Testing

@testable import MailwireCLI

@Suite struct MessageReportTests {
    private func text(_ message: String, options: MessageReport.Options = .init()) -> String {
        MessageReport(Message(parsing: Array(message.utf8)), options: options).text(file: "x.eml")
    }

    @Test func drawsATree() {
        let message =
            "From: =?utf-8?q?J=C3=B6?= <joe@x>\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
            + "--b\nContent-Type: text/plain; charset=utf-8\n\nhi\n--b\nContent-Type: image/png; name=a.png\n\n--b--\n"
        #expect(
            text(message) == """
                x.eml
                  From: Jö <joe@x>
                  Subject: s
                  - multipart/mixed
                    - text/plain, utf-8, 7bit, 2 octets
                    - image/png "a.png", 7bit, 0 octets

                """)
    }

    /// Nothing in a message reaches the terminal as a control character.
    @Test func escapesForTerminals() {
        let evil = "\u{1B}]0;owned\u{7}"
        let shown = text(
            "From: \"\(evil)\" <a@x>\nSubject: =?utf-8?q?=1B[2J=0A?=\(evil)\nMessage-ID: \(evil)\nContent-Type: text/plain; name=\"\(evil)\u{202E}\"\n\n"
        )
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
        let all = text("X-A\(evil): \(evil)\n\n", options: .init(headers: true, offsets: true))
        #expect(!all.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test func digests() {
        #expect(
            SHA256.hexadecimal(of: [UInt8]().span) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        #expect(
            SHA256.hexadecimal(of: Array("abc".utf8).span)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    /// Encoded messages within encoded messages are shown as deep as the limit allows.
    @Test func endsNestedEncodedMessages() {
        var message = "x"
        for _ in 0..<150 {
            message = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n\(message)"
        }
        let json = MessageReport(Message(parsing: Array(message.utf8)), options: .init()).json(file: "x").text
        #expect(json.split(separator: "message/rfc822").count == 101)
    }
}
