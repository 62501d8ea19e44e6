import Testing

@testable import RFC5322

@Suite struct CharsetTests {
    private func decode(_ name: String, _ octets: [UInt8]) -> String? {
        Charset(name).decode(octets.span)?.text
    }

    @Test(
        arguments: [
            ("UTF-8", [0xC3, 0xBC], "ü"), ("utf8", [0xF0, 0x9F, 0x91, 0xA9], "👩"), ("US-ASCII", [0x61], "a"),
            ("ISO-8859-1", [0xFC, 0x61, 0x85], "üa\u{85}"),
            ("latin1", [0xFF], "ÿ"), ("Windows-1252", [0x80, 0x93, 0xFC, 0x94], "€“ü”"), ("cp1252", [0x9F], "Ÿ"),
            ("ISO-8859-15", [0xA4], "€"),
            ("windows-1251", [0xCF], "П"), ("Shift_JIS", [0x93, 0xFA, 0x96, 0x7B], "日本"),
            ("EUC-JP", [0xC6, 0xFC], "日"), ("euc-kr", [0xC7, 0xD1], "한"),
            ("ks_c_5601-1987", [0xC7, 0xD1], "한"), ("Big5", [0xA4, 0xA4], "中"), ("GBK", [0xD6, 0xD0], "中"),
            ("utf-16be", [0x00, 0x61, 0xD8, 0x3D, 0xDC, 0x69], "a👩"),
            ("utf-7", Array("+AGE-".utf8), "a"),
            ("ISO-2022-JP", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x1B, 0x28, 0x42, 0x61], "日a"),
        ] as [(String, [UInt8], String)])
    func decodes(name: String, octets: [UInt8], text: String) {
        #expect(decode(name, octets) == text)
        #expect(Charset(name).decode(octets.span)?.firstInvalid == nil)
    }

    @Test(
        arguments: [
            ("utf-8", [0x61, 0xFF, 0x62], "a\u{FFFD}b", 1), ("us-ascii", [0x61, 0x80], "a\u{FFFD}", 1),
            ("windows-1252", [0x61, 0x62, 0x81], "ab\u{FFFD}", 2),
            ("euc-jp", [0x61, 0xC6], "a\u{FFFD}", 1), ("euc-jp", [0xC6, 0xFC, 0xFF, 0x61], "日\u{FFFD}a", 2),
            ("big5", [0xA4, 0xA4, 0xFF], "中\u{FFFD}", 2),
        ] as [(String, [UInt8], String, Int)])
    func replacesWhatDoesNotFit(name: String, octets: [UInt8], text: String, firstInvalid: Int) {
        #expect(decode(name, octets) == text)
        #expect(Charset(name).decode(octets.span)?.firstInvalid == firstInvalid)
    }

    @Test(arguments: [
        "", "x-none", "char", "WCHAR_T", "internal", "utf-8//ignore", "../x", "a b", String(repeating: "a", count: 65),
        "ü", "a\0b",
    ])
    func knowsNoSuchCharset(name: String) {
        #expect(decode(name, [0x61]) == nil)
    }

    /// What iconv holds back at the end, and more text than fits its room.
    @Test func givesAllOfALongText() {
        let octets = [UInt8](repeating: 0xCF, count: 20_001)
        #expect(decode("windows-1251", octets) == String(repeating: "П", count: 20_001))
        #expect(decode("windows-1258", [0x61, 0xEC])?.unicodeScalars.isEmpty == false)
        #expect(decode("windows-1258", [0x61])?.description == "a")
        #expect(decode("euc-jp", []) == "")
    }
}
