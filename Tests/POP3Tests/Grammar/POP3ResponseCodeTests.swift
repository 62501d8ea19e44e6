import Octets
import Testing

@testable import POP3

@Suite struct POP3ResponseCodeTests {
    private func read(_ text: String) -> (code: POP3ResponseCode?, position: Int) {
        let octets = Array(text.utf8)
        var cursor = OctetCursor(octets.span)
        let code = POP3ResponseCode.respCode(&cursor)
        return (code, cursor.position)
    }

    @Test(arguments: [
        ("[IN-USE]", "IN-USE"), ("[in-use] x", "in-use"), ("[SYS/TEMP]x", "SYS/TEMP"), ("[a/b/c]", "a/b/c"),
        ("[!~\"#$^_]", "!~\"#$^_"),
        ("[A]]", "A"), ("[[A]", "[A"),
    ])
    func `codes are read`(text: String, name: String) {
        let (code, position) = read(text)
        #expect(code?.rawName == name)
        #expect(position == name.utf8.count + 2)
    }

    @Test(arguments: [
        "", "[", "]", "[]", "[A", "A]", " [A]", "[A B]", "[/A]", "[A/]", "[A//B]", "[/]", "[A\tB]", "[\u{E9}]",
        "[A\u{7F}]", "[A\0]",
    ])
    func `what is no code is left alone`(text: String) {
        let (code, position) = read(text)
        #expect(code == nil)
        #expect(position == 0)
    }

    @Test func `case makes no difference, and levels do`() {
        #expect(POP3ResponseCode("sys/temp") == .sysTemp)
        #expect(Set([POP3ResponseCode("auth"), .auth]).count == 1)
        #expect(POP3ResponseCode.sysTemp.isWithin(.sys))
        #expect(POP3ResponseCode("SYS/TEMP/DISK").isWithin(.sysTemp))
        #expect(!POP3ResponseCode.sys.isWithin(.sysTemp))
        #expect(!POP3ResponseCode("SYSTEM").isWithin(.sys))
        #expect(!POP3ResponseCode.sysPerm.isWithin(.sysTemp))
    }

    @Test(
        arguments: [
            ("IN-USE", true), ("LOGIN-DELAY", true), ("SYS/TEMP", true), ("SYS/TEMP/X", true), ("AUTH", false),
            ("SYS/PERM", false), ("SYS", nil),
            ("X-NEW", nil),
        ] as [(String, Bool?)])
    func `codes say whether trying again helps`(name: String, mayRetry: Bool?) {
        #expect(POP3ResponseCode(name).mayRetry == mayRetry)
        let error = POP3Error(.refused, response: POP3Response(.err, text: "[\(name)] no"), connectionIsUsable: true)
        #expect(error.mayRetry == (mayRetry ?? false))
    }
}
