import Octets
import Testing

@testable import SMTP

@Suite struct ESMTPParameterTests {
    @Test func accepted() throws {
        #expect(try ESMTPParameter("SIZE", "1000").description == "SIZE=1000")
        #expect(try ESMTPParameter("SMTPUTF8").description == "SMTPUTF8")
        #expect(try ESMTPParameter("8-x", "!<>~").description == "8-x=!<>~")
    }

    @Test(
        "A keyword or value that does not follow its rule is refused",
        arguments: [
            ("", nil), ("-A", nil), ("A B", nil), ("A\r\nB", nil), ("A=B", nil), ("\u{C4}", nil), ("A\0", nil),
            ("A", ""), ("A", "b c"), ("A", "b=c"), ("A", "b\r\nc"), ("A", "b\n"), ("A", "\u{E4}"), ("A", "b\0"),
            ("A", "\u{760A}"),
        ] as [(String, String?)])
    func refused(keyword: String, value: String?) {
        #expect(throws: GrammarError.self) { try ESMTPParameter(keyword, value) }
    }
}
