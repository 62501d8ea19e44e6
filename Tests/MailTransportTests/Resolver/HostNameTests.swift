import Testing

@testable import MailTransport

/// What may be named as a host, and what certificates have in its place.
@Suite struct HostNameTests {
    @Test(arguments: [
        ("mail.example.org", "mail.example.org"), ("mail.example.org.", "mail.example.org"), ("localhost", "localhost"),
        ("a_b.example", "a_b.example"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("3com.example", "3com.example"),
    ])
    func `a name is a name, without its last dot`(text: String, name: String) throws {
        #expect(try HostName(text, port: 1) == .name(name))
        #expect(try HostName(text, port: 1).verified == name)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1:25"), ("::1", "::1", "[::1]:25"),
        ("2001:DB8:0:0::1", "2001:db8::1", "[2001:db8::1]:25"), ("fe80::1%lo", "fe80::1", "[fe80::1%lo]:25"),
        ("fe80::1%1", "fe80::1", "[fe80::1%lo]:25"),
    ])
    func `an address is an address, its scope no part of its identity`(
        text: String, verified: String, shown: String
    ) throws {
        let host = try HostName(text, port: 25)
        guard case .literal(let address) = host else {
            Issue.record("\(text) is no literal")
            return
        }
        #expect("\(address)" == shown)
        #expect(host.verified == verified)
    }

    @Test func `a scope goes to the kernel`() throws {
        let address = try #require(try SocketAddress.literal("fe80::1%lo", port: 25)?.address)
        #expect(address.scope == 1)
        #expect("\(address)" == "fe80::1")
        #expect(throws: TransportError.self) { try SocketAddress.literal("fe80::1%nosuch0", port: 25) }
    }

    @Test(arguments: [
        "", ".", "a..b", ".a", "a\r\nb", "a\0b", "a b", "a/b", "a@b", "[::1]", "::1%", "fe80::1%nosuch0",
        "fe80::1%l\0o", "127.1", "0x7f.1",
        "2130706433", "1.2.3.4.", "1.2.3.256", "bücher.example", String(repeating: "a", count: 64),
        String(repeating: "a.", count: 126) + "aaa", "127.0.0.1\0", "127.0.0.1%lo", "a\u{760D}b", "a\u{2028}b",
    ])
    func `what is neither is refused before anybody is asked`(text: String) {
        let error = #expect(throws: TransportError.self) { try HostName(text, port: 1) }
        #expect(error?.kind == .invalidEndpoint)
        #expect(error?.description.utf8.contains { $0 < 0x20 } == false)
    }
}
