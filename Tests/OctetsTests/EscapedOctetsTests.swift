import Octets
import Testing

@Suite struct EscapedOctetsTests {
    static let known: [([UInt8], String)] = [
        ([], ""), (Array("plain text".utf8), "plain text"),
        (Array("\u{E9}\u{1F600}\u{4E2D}".utf8), "\u{E9}\u{1F600}\u{4E2D}"),
        ([0x00, 0x1B, 0x7F, 0x0D, 0x0A], "\\x00\\x1B\\x7F\\x0D\\x0A"),
        // What is not UTF-8: alone, cut short, too long, a surrogate, beyond the last character.
        ([0xFF], "\\xFF"), ([0xC3], "\\xC3"), ([0xC3, 0x41], "\\xC3A"), ([0xE2, 0x82], "\\xE2\\x82"),
        ([0xC0, 0x80], "\\xC0\\x80"),
        ([0xE0, 0x80, 0x80], "\\xE0\\x80\\x80"), ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80"),
        ([0xF4, 0x90, 0x80, 0x80], "\\xF4\\x90\\x80\\x80"),
        ([0x80], "\\x80"), ([0xC3, 0xC3, 0xA9], "\\xC3\u{E9}"),
        // Characters that act on a terminal or on the direction of text.
        (Array("\u{9B}2J".utf8), "\\xC2\\x9B2J"), (Array("\u{202E}x".utf8), "\\xE2\\x80\\xAEx"),
        (Array("\u{2066}".utf8), "\\xE2\\x81\\xA6"),
        (Array("\u{200F}".utf8), "\\xE2\\x80\\x8F"), (Array("\u{61C}".utf8), "\\xD8\\x9C"),
        (Array("\u{FEFF}".utf8), "\\xEF\\xBB\\xBF"),
        (Array("\u{2028}".utf8), "\\xE2\\x80\\xA8"),
    ]

    @Test(arguments: known)
    func `harmless text stays, the rest is escaped`(octets: [UInt8], text: String) {
        #expect(EscapedOctets(octets.span).description == text)
    }

    @Test func `nothing that acts on a terminal comes through, from any two octets`() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for scalar in EscapedOctets([first, second].span).description.unicodeScalars {
                    #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
                }
            }
        }
    }

    @Test(arguments: [(0, "…"), (1, "a…"), (2, "ab…"), (3, "abc"), (4, "abc"), (-1, "…"), (Int.max, "abc")])
    func `a limit shows that there is more`(limit: Int, text: String) {
        #expect(EscapedOctets(Array("abc".utf8).span, limit: limit).description == text)
    }

    @Test func `text is escaped for display`() {
        #expect("a\u{1B}]8;;x\u{7}".escapedForDisplay == "a\\x1B]8;;x\\x07")
    }
}
