import Testing

@testable import SMTP

@Suite struct BlindCopiesTests {
    private func removed(_ text: String) -> String {
        String(decoding: BlindCopies.removed(from: Array(text.utf8)), as: UTF8.self)
    }

    @Test(
        "Bcc and Resent-Bcc go, with their folds; all else stays octet by octet",
        arguments: [
            ("Bcc: a@b\r\nTo: c@d\r\n\r\nx", "To: c@d\r\n\r\nx"),
            ("To: c@d\r\nBCC: a@b,\r\n e@f\r\n\tg@h\r\nCc: i@j\r\n\r\n", "To: c@d\r\nCc: i@j\r\n\r\n"),
            ("To: c\nresent-bcc:a\n b\n\nBcc: body\n", "To: c\n\nBcc: body\n"), ("Bcc : a@b\r\n\r\n", "\r\n"),
            ("Bcc:\r\n\r\n", "\r\n"), ("Bcc: a", ""),
            ("To: c\rBcc: a\rCc: d\r\rx", "To: c\rCc: d\r\rx"), ("To: c\nBcc: a\r\nBcc: b\rCc: d\n", "To: c\nCc: d\n"),
            ("XBcc: a\r\nBcc-X: b\r\nBccc: d\r\n: e\r\n\r\n", "XBcc: a\r\nBcc-X: b\r\nBccc: d\r\n: e\r\n\r\n"),
            ("To: c\r\n Bcc: folded\r\n\r\n", "To: c\r\n Bcc: folded\r\n\r\n"),
            ("\r\nBcc: body\r\n", "\r\nBcc: body\r\n"), ("", ""),
            ("no field\r\nBcc: a\r\n\r\n", "no field\r\n\r\n"),
        ])
    func fields(text: String, expected: String) {
        #expect(removed(text) == expected)
    }
}
