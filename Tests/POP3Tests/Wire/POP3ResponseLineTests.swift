import Octets
import Testing

@testable import POP3

@Suite struct POP3ResponseLineTests {
    static let known: [(String, POP3Status, String, String?)] = [
        ("+OK", .ok, "", nil), ("+OK ", .ok, "", nil), ("+OK  x ", .ok, " x ", nil), ("-ERR no", .err, "no", nil),
        ("+OK\tx", .ok, "x", nil),
        ("+OK[IN-USE] x", .ok, "[IN-USE] x", "IN-USE"), ("-ERR [SYS/TEMP]", .err, "[SYS/TEMP]", "SYS/TEMP"),
        ("+OK<1@x>", .ok, "<1@x>", nil),
        ("+", .continueRequest, "", nil), ("+ ", .continueRequest, "", nil), ("+ YWJj", .continueRequest, "YWJj", nil),
        ("+ [AUTH]", .continueRequest, "[AUTH]", nil), ("+ok x", .ok, "x", nil), ("-Err x", .err, "x", nil),
        ("+OK \0\u{1B}", .ok, "\0\u{1B}", nil),
    ]

    @Test(arguments: known)
    func `first lines are read`(line: String, status: POP3Status, text: String, code: String?) throws {
        let response = try POP3Response(line: Array(line.utf8).span, quirks: .standard)
        #expect(response.status == status)
        #expect(response.text == Array(text.utf8))
        #expect(response.responseCode?.rawName == code)
        #expect(response.content == nil)
    }

    @Test(arguments: [
        "", " ", "OK", "+O", "+OKAY", "+OK1", "-ERROR", "-ER", "-", "++", "+x", "+OKx", " +OK", "* OK", "220 x", "+\tx",
        "\u{FF}",
    ])
    func `what is no first line is refused`(line: String) {
        #expect(throws: GrammarError.self) { try POP3Response(line: Array(line.utf8).span, quirks: .standard) }
    }

    @Test(arguments: ["+ok", "+Ok x", "-err", "-eRR x"])
    func `without tolerance the case counts`(line: String) {
        #expect(throws: GrammarError.self) { try POP3Response(line: Array(line.utf8).span, quirks: []) }
    }

    @Test func `text for people has no code and no control characters`() {
        #expect(POP3Response(.err, text: "[AUTH] no\u{1B}[2J").humanReadableText == "no\\x1B[2J")
        #expect(POP3Response(.err, text: "[AUTH]  no").humanReadableText == " no")
        #expect(POP3Response(.err, text: "[AUTH]").humanReadableText == "")
        #expect(POP3Response(.err, text: "[AUTH] no\u{7}").description == "-ERR [AUTH] no\\x07")
        #expect(POP3Response(.ok).description == "+OK")
    }

    @Test func `no response holds a line feed`() {
        #expect(POP3Response(.ok, text: "a\nb").text == Array("a b".utf8))
    }

    @Test func `a secret that is echoed is overwritten, however it stands`() {
        var mask = EchoMask()
        mask.add(Secret("abab"))
        mask.add(Secret("xyz"))
        let response = POP3Response(.err, text: "ababab xyz YWJhYg== abba")
        #expect(response.masking(mask).text == Array("****** xyz ******** abba".utf8))
        #expect(POP3Response(.err, text: "ab").masking(mask).text == Array("ab".utf8))
    }
}
