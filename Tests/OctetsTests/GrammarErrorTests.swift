import Octets
import Testing

@Suite struct GrammarErrorTests {
    @Test func `the place and what stands there are told`() {
        let error = GrammarError(rule: "atom", offset: 2, in: Array("ab\u{1B}cd".utf8).span)
        #expect(error.description == "octet 2 does not fit <atom>: \"\\x1Bcd\"")
    }

    @Test(arguments: [(Int.min, 0), (-1, 0), (3, 3), (4, 3), (Int.max, 3)])
    func `the place is held within the octets`(offset: Int, expected: Int) {
        let error = GrammarError(rule: "atom", offset: offset, in: Array("abc".utf8).span)
        #expect(error.offset == expected)
        if expected == 3 { #expect(error.description == "octet 3 does not fit <atom>: end of data") }
    }

    @Test func `at most 32 octets are shown`() {
        let error = GrammarError(rule: "atom", offset: 0, in: [UInt8](repeating: 0x78, count: 33).span)
        #expect(error.excerpt == String(repeating: "x", count: 32) + "…")
    }
}
