import IMAP4
import Testing

@Suite struct ModifiedUTF7Tests {
    private static let pairs: [(text: String, octets: String)] = [
        ("", ""),
        ("INBOX", "INBOX"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Entwürfe", "Entw&APw-rfe"),
        ("Q&A", "Q&-A"),
        ("&", "&-"),
        ("a\r\nb\0", "a&AA0ACg-b&AAA-"),
        ("😀", "&2D3eAA-"),
        ("é&é", "&AOk-&-&AOk-"),
    ]

    @Test(arguments: pairs) func `text and octets go both ways`(text: String, octets: String) {
        #expect(ModifiedUTF7.encode(text) == Array(octets.utf8))
        #expect(ModifiedUTF7.decode(Array(octets.utf8).span) == text)
    }

    @Test(arguments: [
        "&", "&AOk", "a&b", "&AOk-&AOk-", "&AGE-", "&2D0-", "&AO-", "&AOl-", "&AOk=-", "\u{7F}", "é", "&A-", "a\r",
    ])
    func `what is not modified UTF-7 to the letter has no text`(octets: String) {
        #expect(ModifiedUTF7.decode(Array(octets.utf8).span) == nil)
    }

    @Test func `every scalar survives`() {
        for value in stride(from: UInt32(0), through: 0x10FFFF, by: 61) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a\(Character(scalar))&\(Character(scalar))"
            let octets = ModifiedUTF7.encode(text)
            #expect(octets.allSatisfy { (0x20...0x7E).contains($0) })
            guard let decoded = ModifiedUTF7.decode(octets.span) else {
                Issue.record("U+\(String(value, radix: 16)) is lost")
                continue
            }
            #expect(decoded.utf8.elementsEqual(text.utf8))
        }
    }

    @Test func `a name is known by its octets, INBOX in any case`() {
        #expect(MailboxName("inbox") == .inbox)
        #expect(MailboxName(octets: Array("InBoX".utf8)) == MailboxName("INBOX"))
        #expect(MailboxName("inbox/x") != MailboxName("INBOX/x"))
        #expect(MailboxName(octets: Array("Q&A".utf8)) != MailboxName("Q&A"))
        #expect(MailboxName(octets: Array("Q&A".utf8)).text == "Q&A")
        #expect(MailboxName(octets: [0xFF, 0x41]).text == "\u{FFFD}A")
    }
}
