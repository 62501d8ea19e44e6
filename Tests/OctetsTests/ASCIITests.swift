import Octets
import Testing

/// Every octet against the definition of its class, written out.
@Suite struct ASCIITests {
    @Test func classes() {
        for octet in UInt8.min...UInt8.max {
            let character = Character(Unicode.Scalar(octet))
            let isASCII = octet < 0x80
            #expect(octet.isDigit == (isASCII && "0123456789".contains(character)))
            #expect(octet.isAlpha == (isASCII && character.isLetter))
            #expect(octet.isControl == (octet <= 31 || octet == 127))
            #expect(octet.isWhiteSpace == (octet == 9 || octet == 32))
        }
    }

    @Test func `letters change case and nothing else does`() {
        for octet in UInt8.min...UInt8.max {
            let text = octet < 0x80 ? String(Unicode.Scalar(octet)) : ""
            #expect(octet.uppercased == (text.uppercased().utf8.first ?? octet))
            #expect(octet.lowercased == (text.lowercased().utf8.first ?? octet))
        }
    }

    @Test func `hexadecimal digits of either case have values`() {
        for octet in UInt8.min...UInt8.max {
            let text = octet < 0x80 ? String(Unicode.Scalar(octet)) : ""
            let expected = octet < 0x80 && text != "+" && text != "-" ? UInt8(text, radix: 16) : nil
            #expect(octet.hexadecimalValue == expected)
        }
    }
}
