import Octets
import Testing

@testable import SMTP

@Suite struct SMTPMailboxTests {
    @Test("Local-part \"@\" ( Domain / address-literal ), kept as given", arguments: [
        ("Smith@bar.com", "Smith", "bar.com"), ("a.b.c@d.e", "a.b.c", "d.e"), ("!#$%&'*+-/=?^_`{|}~@x", "!#$%&'*+-/=?^_`{|}~", "x"),
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

    @Test("RFC 6531 §3.3: UTF-8 in either part needs SMTPUTF8", arguments: [
        "j\u{F8}rgen@example.org", "\"j\u{F8} r\"@example.org", "u@b\u{FC}cher.example", "用户@例子.测试", "a\u{560A}b@x",
    ])
    func internationalized(text: String) throws {
        let mailbox = try SMTPMailbox(text)
        #expect(mailbox.needsSMTPUTF8)
        #expect(mailbox.description == text)
    }

    @Test("Anything else is refused before it is sent", arguments: [
        "", "a", "@", "a@", "@b", "a@b@c", "a b@c", ".a@b", "a.@b", "a..b@c", "a@b.", "a@.b", "a@-b", "<a@b>", "a@b>", "a@b,c@d",
        "a@b c", "a@b SIZE=1", "@x:a@b", "a(comment)@b", "a@b_c", "a\\@b", "a\"b\"@c", #""a"b@c"#, #""a@b"#, #"a"@b"#, #""a\"@b"#,
        "a@b\r\nRCPT TO:<c@d>", "a\r\n@b", "a@b\n", "a@b\r", "a\0@b", "a@b\0", "\"a\r\nb\"@c", "\"a\\\r\n\"@c", "\"a\0\"@c",
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

@Suite struct PathTests {
    @Test func reversePath() throws {
        #expect(try ReversePath("Smith@bar.com").description == "<Smith@bar.com>")
        #expect(ReversePath.null.description == "<>")
        // An address that was left empty by mistake must not become the null path.
        #expect(throws: GrammarError.self) { try ReversePath("") }
        #expect(throws: GrammarError.self) { try ReversePath("<>") }
    }

    @Test func forwardPath() throws {
        #expect(try ForwardPath("Jones@foo.com").description == "<Jones@foo.com>")
        #expect(try ForwardPath("postmaster") == .postmaster)
        #expect(ForwardPath.postmaster.description == "<Postmaster>")
        #expect(throws: GrammarError.self) { try ForwardPath("") }
        #expect(throws: GrammarError.self) { try ForwardPath("postmaster\r\n") }
    }
}

@Suite struct ESMTPParameterTests {
    @Test func accepted() throws {
        #expect(try ESMTPParameter("SIZE", "1000").description == "SIZE=1000")
        #expect(try ESMTPParameter("SMTPUTF8").description == "SMTPUTF8")
        #expect(try ESMTPParameter("8-x", "!<>~").description == "8-x=!<>~")
    }

    @Test("A keyword or value that does not follow its rule is refused", arguments: [
        ("", nil), ("-A", nil), ("A B", nil), ("A\r\nB", nil), ("A=B", nil), ("\u{C4}", nil), ("A\0", nil),
        ("A", ""), ("A", "b c"), ("A", "b=c"), ("A", "b\r\nc"), ("A", "b\n"), ("A", "\u{E4}"), ("A", "b\0"), ("A", "\u{760A}"),
    ] as [(String, String?)])
    func refused(keyword: String, value: String?) {
        #expect(throws: GrammarError.self) { try ESMTPParameter(keyword, value) }
    }
}
