import Octets
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors)
    func `the vectors of RFC 4648`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8).span) == Array(encoded.utf8))
        #expect(Base64.decode(Array(encoded.utf8).span) == Array(text.utf8))
    }

    @Test func `every octet, alone and in every place of a group`() {
        for octet in UInt8.min...UInt8.max {
            for octets in [[octet], [octet, 0], [0, octet], [0, 0, octet], [0xFF, octet, 0xFF, octet]] {
                let encoded = Base64.encode(octets.span)
                #expect(encoded.count == (octets.count + 2) / 3 * 4)
                #expect(Base64.decode(encoded.span) == octets)
            }
        }
    }

    @Test func `all four octets of every pair of octets are unlike those of any other`() {
        var seen: Set<[UInt8]> = []
        for high in UInt8.min...UInt8.max {
            for low in stride(from: UInt8.min, through: .max, by: 5) { seen.insert(Base64.encode([high, low].span)) }
        }
        #expect(seen.count == 256 * 52)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zm9", "Zm9v=", "Zm9vZ", "====", "=AAA", "A===", "A=AA", "AA=A", "AAA=BBB=", "AAA=AAAA",
        "Zg==Zg==", "Zg===",
        "Zm9v\r\n", "Zm 9v", " Zm9v", "Zm9v ", "Zm9v\n\n\n\n", "Zm-_", "Zm9\u{E9}", "Zm9\0", "Zm9*", "Zm9@", "Zm9[",
        "Zm9`", "Zm9{",
        // Bits under the padding that are not zero.
        "Zh==", "Zm9=", "AB==", "AAB=", "//==", "///=",
    ])
    func `what is not Base64 to the letter is refused`(text: String) {
        #expect(Base64.decode(Array(text.utf8).span) == nil)
    }

    @Test func `no octet outside the alphabet is taken`() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for octet in UInt8.min...UInt8.max {
            #expect((Base64.decode([octet, 0x41, 0x41, 0x41].span) != nil) == alphabet.contains(octet))
            #expect(
                (Base64.decode([0x41, 0x41, 0x41, octet].span) != nil) == (alphabet.contains(octet) || octet == 0x3D))
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `what was encoded is decoded`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let octets = (0..<Int.random(in: 0..<500, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(Base64.decode(Base64.encode(octets.span).span) == octets)
        }
    }
}
