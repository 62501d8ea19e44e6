import Octets
import Testing

@testable import POP3

@Suite struct POP3CapabilitiesTests {
    private func capabilities(_ lines: String..., limit: Int = 1000) -> POP3Capabilities {
        var capabilities = POP3Capabilities()
        for line in lines { capabilities.add(Array(line.utf8).span, limit: limit) }
        return capabilities
    }

    @Test func `tags are compared without case, parameters kept as written`() {
        let offered = capabilities("top", "SASL plain  CRAM-MD5 ", "Implementation Some Server 1.0")
        #expect(offered.offers(.top))
        #expect(!offered.offers(.uidl))
        #expect(offered.mechanisms == ["PLAIN", "CRAM-MD5"])
        #expect(offered.parameters(of: .sasl) == ["plain", "CRAM-MD5"])
        #expect(offered.parameters(of: .implementation) == ["Some", "Server", "1.0"])
        #expect(offered.parameters(of: .uidl) == [])
    }

    @Test func `a capability that comes again gains parameters`() {
        let offered = capabilities("SASL PLAIN", "sasl PLAIN LOGIN", "TOP", "TOP")
        #expect(offered.mechanisms == ["PLAIN", "LOGIN"])
        #expect(offered.tags.count == 2)
    }

    @Test(
        arguments: [
            ("LOGIN-DELAY 900", 900), ("LOGIN-DELAY 0 USER", 0), ("LOGIN-DELAY", nil), ("LOGIN-DELAY x", nil),
            ("LOGIN-DELAY +1", nil),
            ("LOGIN-DELAY 4294967296", nil), ("LOGIN-DELAY -1", nil),
        ] as [(String, UInt32?)])
    func `login delays`(line: String, seconds: UInt32?) {
        #expect(capabilities(line).loginDelay == seconds)
    }

    @Test(
        arguments: [
            ("EXPIRE 5 USER", 5), ("EXPIRE never", .max), ("EXPIRE 0", 0), ("EXPIRE", nil), ("EXPIRE soon", nil),
        ] as [(String, UInt32?)])
    func `retention`(line: String, days: UInt32?) {
        #expect(capabilities(line).expire == days)
    }

    @Test(arguments: 2...4)
    func `only so many are kept`(limit: Int) {
        let offered = capabilities("A", "B", "C", "a x", limit: limit)
        #expect(offered.tags.count == min(limit, 3))
        #expect(offered.parameters(of: POP3Capability("A")) == ["x"])
    }

    @Test func `a flood of parameters costs no more than one line`() {
        var offered = POP3Capabilities()
        for number in 0..<5000 { offered.add(Array("SASL X\(number)".utf8).span, limit: 1000) }
        #expect(offered.mechanisms.count == 1000)
    }

    @Test(arguments: ["", " ", "\t", "\u{0}", "\u{FF} x"])
    func `lines that say nothing do no harm`(line: String) {
        #expect(capabilities(line).tags.count <= 1)
    }
}
