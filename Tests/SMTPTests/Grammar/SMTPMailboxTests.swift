import Octets
import Testing

@testable import SMTP

@Suite struct SMTPMailboxTests {
    @Test(
        "Local-part \"@\" ( Domain / address-literal ), kept as given",
        arguments: [
            ("Smith@bar.com", "Smith", "bar.com"), ("a.b.c@d.e", "a.b.c", "d.e"),
            ("!#$%&'*+-/=?^_`{|}~@x", "!#$%&'*+-/=?^_`{|}~", "x"),
            (#""Joe\,Smith"@x.y"#, #""Joe\,Smith""#, "x.y"), (#""a b"@x"#, #""a b""#, "x"), (#""@"@x"#, #""@""#, "x"),
            (#""\""@x"#, #""\"""#, "x"), (#""\\"@x"#, #""\\""#, "x"), ("\"\"@x", "\"\"", "x"), ("1@2", "1", "2"),
            ("u@[192.0.2.1]", "u", "[192.0.2.1]"), ("u@[IPv6:::1]", "u", "[IPv6:::1]"),
        ])
    func accepted(text: String, localPart: String, domain: String) throws {
        let mailbox = try SMTPMailbox(text)
        #expect(mailbox.localPart == localPart)
        #expect(mailbox.domain == domain)
        #expect(mailbox.description == text)
        #expect(!mailbox.needsSMTPUTF8)
    }

    @Test(
        "RFC 6531 §3.3: UTF-8 in either part needs SMTPUTF8",
        arguments: [
            "j\u{F8}rgen@example.org", "\"j\u{F8} r\"@example.org", "u@b\u{FC}cher.example", "用户@例子.测试", "a\u{560A}b@x",
        ])
    func internationalized(text: String) throws {
        let mailbox = try SMTPMailbox(text)
        #expect(mailbox.needsSMTPUTF8)
        #expect(mailbox.description == text)
    }

    @Test(
        "Anything else is refused before it is sent",
        arguments: [
            "", "a", "@", "a@", "@b", "a@b@c", "a b@c", ".a@b", "a.@b", "a..b@c", "a@b.", "a@.b", "a@-b", "<a@b>",
            "a@b>", "a@b,c@d",
            "a@b c", "a@b SIZE=1", "@x:a@b", "a(comment)@b", "a@b_c", "a\\@b", "a\"b\"@c", #""a"b@c"#, #""a@b"#,
            #"a"@b"#, #""a\"@b"#,
            "a@b\r\nRCPT TO:<c@d>", "a\r\n@b", "a@b\n", "a@b\r", "a\0@b", "a@b\0", "\"a\r\nb\"@c", "\"a\\\r\n\"@c",
            "\"a\0\"@c",
            "\"\\\u{E9}\"@c", "\"a\t\"@c", "a\t@c", "a\u{7F}@c", "a@[1.2.3.4", "a@1.2.3.4]", "a@[x]", "postmaster",
        ])
    func refused(text: String) {
        #expect(throws: GrammarError.self) { try SMTPMailbox(text) }
    }

    @Test("The error says where")
    func located() throws {
        let error = try #require(throws: GrammarError.self) { try SMTPMailbox("fred@exa mple.org") }
        #expect(error.rule == "Mailbox")
        #expect(error.offset == 8)
    }
}
