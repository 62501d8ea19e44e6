import Testing

@testable import MailTransport

/// What a TLS server can be asked to prove (RFC 9525 §6.1, RFC 6066 §3).
@Suite struct ServerNameTests {
    @Test(arguments: [
        ("mail.example.com", "mail.example.com"), ("MAIL.Example.COM", "mail.example.com"),
        ("mail.example.com.", "mail.example.com"), ("localhost", "localhost"), ("a-b.c_d.example", "a-b.c_d.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("3com.example", "3com.example"),
        ("1.example", "1.example"), ("a", "a"), ("0xmail", "0xmail"),
        (String(repeating: "a", count: 63) + ".example", String(repeating: "a", count: 63) + ".example"),
    ])
    func `a host name is taken in lower case without the root's dot`(given: String, name: String) throws {
        let made = try ServerName(given)
        #expect(made.text == name)
        #expect(!made.isAddress)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ])
    func `an address is taken in its usual notation`(given: String, address: String) throws {
        let made = try ServerName(given)
        #expect(made.text == address)
        #expect(made.isAddress)
    }

    @Test(arguments: [
        "", ".", "..", ".example.com", "mail..example.com", "mail.example.com..", "mail example.com",
        "mail\u{0}.example",
        "mail\r\n.example", "*.example.com", "mail/../example", "127.1", "127.0.0.1.", "2130706433", "0x7f000001",
        "mail.0x7f", "192.0.2.256", "mail.example.1", "[::1]", ":", "1:2", "user@example.com", "mail.example:25",
        String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 127) + "example",
    ])
    func `what no certificate can name is refused`(text: String) {
        let error = #expect(throws: TransportError.self) { try ServerName(text) }
        #expect(error?.kind == .invalidEndpoint)
    }

    @Test(arguments: [
        ("bücher.example", "xn--bcher-kva.example"), ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u{308}cher.example", "xn--bcher-kva.example"), ("straße.example", "xn--strae-oqa.example"),
        ("メール.example", "xn--4dkua4c.example"),
    ])
    func `U-labels become A-labels where libidn2 is there, and are refused in words where it is not`(
        name: String, labels: String
    ) throws {
        if InternationalizedName.isAvailable {
            #expect(try ServerName(name).text == labels)
        } else {
            let error = #expect(throws: TransportError.self) { try ServerName(name) }
            #expect(error?.kind == .invalidEndpoint)
            #expect(error?.description.contains("xn--") == true)
        }
    }

    @Test(arguments: [
        "\u{200B}.example", "-ü.example", "a\u{0}ü.example", "ü\u{2028}.example", String(repeating: "ü", count: 600),
    ])
    func `what IDNA does not allow is refused`(name: String) {
        let error = #expect(throws: TransportError.self) { try ServerName(name) }
        #expect(error?.kind == .invalidEndpoint)
    }
}
