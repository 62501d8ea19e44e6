import Testing

@testable import SMTP

@Suite struct EHLOArgumentTests {
    @Test(
        "Domain / address-literal",
        arguments: [
            "a", "bar.com", "mail-1.example.org", "xn--bcher-kva.example", "1.2.3.4", "localhost", "0", "A-b.c",
            "[123.255.37.2]", "[0.0.0.0]", "[255.255.255.255]", "[IPv6:::1]", "[IPv6:::]", "[ipv6:2001:db8::1]",
            "[IPv6:1:2:3:4:5:6:7:8]", "[IPv6:1:2:3:4:5:6::]", "[IPv6:::3:4:5:6:7:8]", "[IPv6:::ffff:192.0.2.1]",
            "[IPv6:1:2:3:4:5:6:192.0.2.1]", "[IPv6:1::192.0.2.1]", "[tag:anything!]", "[X-tag:1]",
        ])
    func accepted(text: String) throws {
        #expect(try EHLOArgument(text).text == text)
    }

    @Test(
        "Anything else is refused before it is sent",
        arguments: [
            "", ".", "a.", ".a", "a..b", "-a", "a-", "a_b.com", "a b", "bar.com\r\nMAIL", "bar.com\n", "bar.com\r",
            "bar\0.com",
            "b\u{FC}cher.example", "a\u{10A}b", "a\u{10D}b", "a\u{560A}b", "a\u{760D}b", "a\u{2028}b", "a\u{85}b",
            "[1.2.3]", "[1.2.3.4.5]", "[256.1.1.1]", "[1.2.3.0004]", "[1.2.3.4", "1.2.3.4]", "[]", "[1.2.3.4]x",
            "[1.2.3.4\r\n]",
            "[IPv6:]", "[IPv6:1]", "[IPv6:1:2:3:4:5:6:7]", "[IPv6:1:2:3:4:5:6:7:8:9]", "[IPv6:1::2::3]", "[IPv6::]",
            "[IPv6:12345::]", "[IPv6:1:2:3:4:5:6:7::]", "[IPv6:g::]", "[IPv6:::1.2.3.4:5]",
            "[IPv6:1:2:3:4:5:6:7:1.2.3.4]",
            "[IPv6:1:]", "[IPv6::1]", "[2001:db8::1]x", "[tag:]", "[:x]", "[-:x]", "[a-:x]", "[tag:a[b]",
        ])
    func refused(text: String) {
        #expect(throws: (any Error).self) { try EHLOArgument(text) }
    }

    @Test("A domain of 255 octets fits, one of 256 does not; a label of 63 fits, one of 64 does not")
    func limits() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(repeating: "b", count: 63)].joined(separator: ".")
        #expect(longest.utf8.count == 255)
        #expect(try EHLOArgument(longest).text == longest)
        #expect(throws: (any Error).self) { try EHLOArgument(longest + "c") }
        #expect(throws: (any Error).self) { try EHLOArgument("a." + longest.dropFirst(1)) }
        #expect(throws: (any Error).self) { try EHLOArgument(label + "a") }
    }

    @Test("An address becomes its literal")
    func address() throws {
        #expect(try EHLOArgument(address: "192.0.2.1").text == "[192.0.2.1]")
        #expect(try EHLOArgument(address: "2001:db8::1").text == "[IPv6:2001:db8::1]")
        #expect(try EHLOArgument(address: "fe80::1%eth0").text == "[IPv6:fe80::1]")
        for text in ["", "localhost", "192.0.2.1\r\n", "%", "::1]"] {
            #expect(throws: (any Error).self) { try EHLOArgument(address: text) }
        }
    }
}
