import Octets
import Testing

@Suite struct OctetCursorTests {
    @Test func `an empty run has nothing to give`() {
        let octets: [UInt8] = []
        var cursor = OctetCursor(octets.span)
        #expect(cursor.isAtEnd == true)
        #expect(cursor.peek == nil)
        #expect(cursor.next() == nil)
        #expect(cursor.peek(ahead: 0) == nil)
        #expect(cursor.skip(0) == false)
        #expect(cursor.take(0)?.count == 0)
        #expect(cursor.take(1)?.count == nil)
        #expect(cursor.takeRest().count == 0)
        #expect(cursor.number(UInt32.self) == nil)
        #expect(cursor.position == 0)
    }

    @Test func `octets are taken one by one`() {
        let octets = Array("abc".utf8)
        var cursor = OctetCursor(octets.span)
        #expect(cursor.peek == 0x61)
        #expect(cursor.peek(ahead: 2) == 0x63)
        #expect(cursor.peek(ahead: 3) == nil)
        #expect(cursor.peek(ahead: -1) == nil)
        #expect(cursor.peek(ahead: .max) == nil)
        #expect(cursor.next() == 0x61)
        #expect(cursor.remaining == 2)
        #expect(cursor.skip(0x61) == false)
        #expect(cursor.skip(0x62) == true)
        #expect(cursor.position == 2)
        #expect(cursor.next() == 0x63)
        #expect(cursor.next() == nil)
        #expect(cursor.isAtEnd == true)
    }

    @Test(arguments: [(-5, 0), (Int.min, 0), (0, 0), (2, 2), (3, 3), (4, 3), (Int.max, 3)])
    func `moving is held within the octets`(to position: Int, expected: Int) {
        let octets = Array("abc".utf8)
        var cursor = OctetCursor(octets.span)
        cursor.move(to: position)
        #expect(cursor.position == expected)
    }

    @Test func `text is passed without regard to case, or not at all`() {
        let octets = Array("Text X".utf8)
        var cursor = OctetCursor(octets.span)
        #expect(cursor.skipIgnoringCase("texts") == false)
        #expect(cursor.position == 0)
        #expect(cursor.skipIgnoringCase("") == true)
        #expect(cursor.skipIgnoringCase("TEXT ") == true)
        #expect(cursor.skipIgnoringCase("xx") == false)
        #expect(cursor.skipIgnoringCase("x") == true)
        #expect(cursor.isAtEnd == true)
    }

    @Test func `case folds letters alone`() {
        let octets: [UInt8] = [0x5B, 0x40]
        var cursor = OctetCursor(octets.span)
        // `{` and `` ` `` differ from `[` and `@` in the bit that tells the case of letters.
        #expect(cursor.skipIgnoringCase("{`") == false)
    }

    @Test func `runs are taken as long as they belong`() {
        let octets = Array("12ab".utf8)
        var cursor = OctetCursor(octets.span)
        #expect(cursor.takeRange { $0.isAlpha }.isEmpty == true)
        #expect(cursor.takeRange { $0.isDigit } == 0..<2)
        #expect(String(decoding: cursor.take { $0.isAlpha }) == "ab")
        #expect(cursor.take { _ in true }.count == 0)
    }

    @Test(arguments: [(0, 0), (3, 3), (-1, nil), (4, nil), (Int.max, nil), (Int.min, nil)] as [(Int, Int?)])
    func `exactly so many are taken, or none`(count: Int, expected: Int?) {
        let octets = Array("abc".utf8)
        var cursor = OctetCursor(octets.span)
        #expect(cursor.take(count)?.count == expected)
        #expect(cursor.position == expected ?? 0)
    }

    @Test func `the rest is taken once`() {
        let octets = Array("abc".utf8)
        var cursor = OctetCursor(octets.span)
        _ = cursor.next()
        #expect(String(decoding: cursor.takeRest()) == "bc")
        #expect(cursor.takeRest().count == 0)
    }

    static let numbers32: [(String, UInt32?, Int)] = [
        ("", nil, 0), ("a", nil, 0), ("-1", nil, 0), ("+1", nil, 0), (" 1", nil, 0), ("\u{660}", nil, 0),
        ("0", 0, 1), ("00", 0, 2), ("007x", 7, 3), ("1 2", 1, 1), ("10", 10, 2), ("9.5", 9, 1),
        ("4294967294", 4_294_967_294, 10), ("4294967295", .max, 10), ("4294967296", nil, 0), ("4294967300", nil, 0),
        ("9999999999", nil, 0), ("42949672950", nil, 0), ("000000000000000000004294967295", .max, 30),
        ("000000000000000000004294967296", nil, 0), (String(repeating: "9", count: 1000), nil, 0),
        (String(repeating: "0", count: 1000), 0, 1000),
    ]

    @Test(arguments: numbers32)
    func `numbers fit 32 bits or are none`(text: String, value: UInt32?, position: Int) {
        let octets = Array(text.utf8)
        var cursor = OctetCursor(octets.span)
        #expect(cursor.number(UInt32.self) == value)
        #expect(cursor.position == position)
    }

    static let numbers64: [(String, UInt64?)] = [
        ("9223372036854775807", 9_223_372_036_854_775_807), ("9223372036854775808", 9_223_372_036_854_775_808),
        ("18446744073709551615", .max), ("18446744073709551616", nil), ("18446744073709551620", nil),
        ("99999999999999999999", nil), ("184467440737095516150", nil),
    ]

    @Test(arguments: numbers64)
    func `numbers fit 64 bits or are none`(text: String, value: UInt64?) {
        let octets = Array(text.utf8)
        var cursor = OctetCursor(octets.span)
        #expect(cursor.number(UInt64.self) == value)
    }

    @Test func `every number of 8 and 16 bits, and the ones behind them`() {
        for value in 0...300 {
            let octets = Array(String(value).utf8)
            var cursor = OctetCursor(octets.span)
            #expect(cursor.number(UInt8.self) == UInt8(exactly: value))
        }
        for value in 65_500...65_600 {
            let octets = Array(String(value).utf8)
            var cursor = OctetCursor(octets.span)
            #expect(cursor.number(UInt16.self) == UInt16(exactly: value))
        }
    }
}
