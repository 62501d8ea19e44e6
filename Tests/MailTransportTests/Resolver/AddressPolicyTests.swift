import Testing

@testable import MailTransport

/// RFC 6724 §6: the examples of its §10.2, but for those whose rules ask the kernel (deprecated and home addresses).
@Suite struct AddressPolicyTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let rule: String
        /// Destination and source, best first; an empty source for no way there.
        let pairs: [(String, String)]
        var testDescription: String { rule }
    }

    @Test(arguments: [
        Example(
            rule: "prefer matching scope",
            pairs: [("2001:db8:1::1", "2001:db8:1::2"), ("198.51.100.121", "169.254.13.78")]),
        Example(
            rule: "prefer matching scope, of IPv4",
            pairs: [("198.51.100.121", "198.51.100.117"), ("2001:db8:1::1", "fe80::1")]),
        Example(
            rule: "prefer higher precedence", pairs: [("2001:db8:1::1", "2001:db8:1::2"), ("10.1.2.3", "10.1.2.4")]),
        Example(rule: "prefer smaller scope", pairs: [("fe80::1", "fe80::2"), ("2001:db8:1::1", "2001:db8:1::2")]),
        Example(
            rule: "longest matching prefix",
            pairs: [("2001:db8:1::1", "2001:db8:1::2"), ("2001:db8:3ffe::1", "2001:db8:3f44::2")]),
        Example(
            rule: "prefer matching label",
            pairs: [("2002:c633:6401::1", "2002:c633:6401::2"), ("2001:db8:1::1", "2002:c633:6401::2")]),
        Example(
            rule: "prefer higher precedence to 6to4",
            pairs: [("2001:db8:1::1", "2001:db8:1::2"), ("2002:c633:6401::1", "2002:c633:6401::2")]),
        Example(
            rule: "avoid unusable destinations", pairs: [("198.51.100.121", "198.51.100.117"), ("2001:db8:1::1", "")]),
        Example(
            rule: "unique local addresses behind IPv4",
            pairs: [("198.51.100.121", "198.51.100.117"), ("fd00::1", "fd00::2")]),
    ])
    func `the better one goes first, whatever the order they come in`(example: Example) throws {
        let pairs = try example.pairs.map { (try #require(IPAddress($0.0)), IPAddress($0.1)) }
        let sources = Dictionary(uniqueKeysWithValues: pairs)
        let best = pairs.map(\.0)
        #expect(AddressPolicy.standard.ordered(best) { sources[$0] ?? nil } == best)
        #expect(AddressPolicy.standard.ordered(best.reversed()) { sources[$0] ?? nil } == best)
    }

    @Test func `what no rule tells apart stays as it is`() throws {
        let addresses = try ["192.0.2.9", "192.0.2.1", "192.0.2.5"].map { try #require(IPAddress($0)) }
        let source = IPAddress("192.0.2.77")
        #expect(AddressPolicy.standard.ordered(addresses) { _ in source } == addresses)
        #expect(AddressPolicy.standard.ordered(addresses) { _ in nil } == addresses)
        #expect(AddressPolicy.standard.ordered([]) { _ in nil } == [])
    }

    @Test func `an administrator's file counts, and what it does not understand is passed over`() throws {
        let six = try #require(IPAddress("2001:db8:1::1"))
        let four = try #require(IPAddress("198.51.100.121"))
        let sources = [six: IPAddress("2001:db8:1::2"), four: IPAddress("198.51.100.117")]
        func first(_ text: String) -> IPAddress? {
            AddressPolicy(gaiConfiguration: text.utf8).ordered([six, four]) { sources[$0] ?? nil }.first
        }
        #expect(first("") == six)
        #expect(first("# precedence ::ffff:0:0/96  100\n") == six)
        #expect(first("precedence ::ffff:0:0/96  100\n") == four)
        #expect(first("precedence ::/0 40\r\nPRECEDENCE ::ffff:0:0/96\t100 # IPv4\n") == four)
        for broken in [
            "precedence ::ffff:0:0/96\n", "precedence ::ffff:0:0/129 100\n", "precedence 0.0.0.0/0 100\n",
            "precedence ::ffff:0:0/96 -1\n", "precedence ::ffff:0:0/96 99999999999999999999\n", "\u{0}\u{FFFD} /96 1\n",
        ] {
            #expect(first(broken) == six, "\(broken)")
        }
        // Two labels that are alike do not tell the families apart; precedence still does.
        #expect(first("label ::/0 1\n") == six)
    }
}
