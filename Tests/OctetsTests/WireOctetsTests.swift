import Octets
import Testing

@Suite struct WireOctetsTests {
    @Test func `octets are gathered in order`() {
        var wire = WireOctets("A1 ")
        wire.append("NOOP")
        wire.append(0x20)
        wire.append(contentsOf: [0x78, 0x79])
        wire.appendCRLF()
        #expect(wire.octets == Array("A1 NOOP xy\r\n".utf8))
        #expect(wire.count == 12)
        #expect(wire.secretRanges.isEmpty)
        #expect(wire.description == "A1 NOOP xy\\x0D\\x0A")
        #expect(WireOctets().isEmpty)
        #expect(WireOctets().description == "")
    }

    @Test func `secrets go out and are not shown`() {
        var wire = WireOctets("A1 LOGIN fred ")
        wire.appendSecret(Secret("hunter2"))
        wire.append(" x")
        #expect(wire.octets == Array("A1 LOGIN fred hunter2 x".utf8))
        #expect(wire.secretRanges == [14..<21])
        #expect(wire.description == "A1 LOGIN fred <redacted> x")
        var dumped = ""
        dump(wire, to: &dumped)
        var held = ""
        dump([wire], to: &held)
        let mirrored = Mirror(reflecting: wire).children.map { "\($0)" }.joined()
        for text in ["\(wire)", String(reflecting: wire), String(describing: Optional(wire)), dumped, held, mirrored] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("104, 117"))
        }
    }

    @Test func `secrets that touch are one, and one of nothing is none`() {
        var wire = WireOctets()
        wire.appendSecret(contentsOf: [1])
        wire.appendSecret(contentsOf: [])
        wire.appendSecret(contentsOf: [2])
        #expect(wire.secretRanges == [0..<2])
        wire.append(3)
        wire.appendSecret(contentsOf: [])
        #expect(wire.secretRanges == [0..<2])
        #expect(wire.description == "<redacted>\\x03")
    }

    @Test func `joining keeps what is secret, ascending and apart`() {
        var first = WireOctets("a")
        first.appendSecret(contentsOf: [0x62])
        var second = WireOctets()
        second.appendSecret(contentsOf: [0x63])
        second.append("d")
        second.appendSecret(contentsOf: [0x65])
        first.append(second)
        #expect(first.octets == Array("abcde".utf8))
        #expect(first.secretRanges == [1..<3, 4..<5])
        #expect(first.description == "a<redacted>d<redacted>")
        first.append(WireOctets())
        #expect(first.count == 5)
    }

    @Test(arguments: [
        (-1, "…"), (0, "…"), (1, "a…"), (2, "ab…"), (3, "ab<redacted>…"), (4, "ab<redacted>…"), (5, "ab<redacted>e…"),
        (6, "ab<redacted>ef"), (7, "ab<redacted>ef"), (Int.max, "ab<redacted>ef"),
    ])
    func `a limit never cuts a secret open`(limit: Int, text: String) {
        var wire = WireOctets("ab")
        wire.appendSecret(contentsOf: Array("cd".utf8))
        wire.append("ef")
        #expect(wire.description(limit: limit) == text)
    }
}
