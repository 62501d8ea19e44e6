import Octets
import Testing

@Suite struct SpanSearchTests {
    @Test func `an octet is found at or behind a place`() {
        let octets = Array("abcabc".utf8)
        for start in -1...7 {
            let expected = octets.indices.first { $0 >= start && octets[$0] == 0x62 }
            #expect(octets.span.firstOffset(of: 0x62, from: start) == expected)
        }
        #expect(octets.span.firstOffset(of: 0x62, from: .max) == nil)
        #expect(octets.span.firstOffset(of: 0x78) == nil)
        let none: [UInt8] = []
        #expect(none.span.firstOffset(of: 0) == nil)
        #expect([0x61, 0, 0x62].span.firstOffset(of: 0) == 1)
    }

    @Test func `equality with and without case`() {
        let octets = Array("Text".utf8)
        #expect(octets.span.equals("Text") == true)
        #expect(octets.span.equals("text") == false)
        #expect(octets.span.equals("Tex") == false)
        #expect(octets.span.equals("Texts") == false)
        #expect(octets.span.equalsIgnoringCase("tEXT") == true)
        #expect(octets.span.equalsIgnoringCase("tex") == false)
        #expect(octets.span.hasPrefixIgnoringCase("te") == true)
        #expect(octets.span.hasPrefixIgnoringCase("") == true)
        #expect(octets.span.hasPrefixIgnoringCase("texts") == false)
        let none: [UInt8] = []
        #expect(none.span.equals("") == true)
        #expect(none.span.equalsIgnoringCase("") == true)
    }

    @Test func `copies`() {
        let octets = Array("abc".utf8)
        #expect([UInt8](copying: octets.span.extracting(1..<3)) == [0x62, 0x63])
        #expect([UInt8](copying: octets.span.extracting(1..<1)) == [])
        var target: [UInt8] = [1]
        target.append(copying: octets.span.extracting(0..<2))
        target.append(copying: octets.span.extracting(3..<3))
        #expect(target == [1, 0x61, 0x62])
        #expect(String(decoding: [0x61, 0xFF].span) == "a\u{FFFD}")
    }
}
