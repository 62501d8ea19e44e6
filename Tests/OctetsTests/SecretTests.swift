import Octets
import Testing

@Suite struct SecretTests {
    static let canary = "Xq7-canary-octets"

    private struct Holder {
        let name = "fred"
        let secret: Secret
        let list: [Secret]
        let optional: Secret?
    }

    private struct Failure: Error {
        let secret: Secret
    }

    /// Everything that Swift can be asked to print of a value.
    private func printings<Value>(_ value: Value) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        var printed = ""
        print(value, to: &printed)
        var debugPrinted = ""
        debugPrint(value, to: &debugPrinted)
        return [
            dumped, printed, debugPrinted, "\(value)", String(describing: value), String(reflecting: value),
            String(describing: Mirror(reflecting: value).children.map { "\($0)" }),
        ]
    }

    @Test func `a secret prints in no way`() {
        for secret in [Secret(Self.canary), Secret(octets: Array(Self.canary.utf8))] {
            for text in printings(secret) { #expect(!text.contains("canary")) }
            #expect("\(secret)" == "<redacted>")
            #expect(String(reflecting: secret) == "<redacted>")
            #expect(Mirror(reflecting: secret).children.isEmpty)
        }
    }

    @Test func `neither does what holds it`() {
        let secret = Secret(Self.canary)
        let holder = Holder(secret: secret, list: [secret], optional: secret)
        var all = printings(holder) + printings([secret]) + printings(["key": secret]) + printings((1, secret))
        all += printings(secret as Any) + printings(secret as Secret?) + printings(Failure(secret: secret) as any Error)
        for text in all {
            #expect(!text.contains("canary"))
            // Nor as numbers: 0x58, 0x71, 0x37 are its first octets.
            #expect(!text.contains("88, 113, 55"))
        }
    }

    @Test func `no mirror leads to it, however deep`() {
        func search(_ value: Any, depth: Int) {
            for child in Mirror(reflecting: value).children {
                #expect(!(child.value is [UInt8]) && !(child.value is String))
                if depth < 10 { search(child.value, depth: depth + 1) }
            }
        }
        search(Secret(Self.canary), depth: 0)
    }

    @Test func `its octets are lent`() {
        let secret = Secret("p\u{E4}ss")
        #expect(secret.count == 5)
        #expect(!secret.isEmpty)
        #expect(secret.withOctets { [UInt8](copying: $0) } == Array("p\u{E4}ss".utf8))
        #expect(Secret("").isEmpty)
        #expect(Secret(octets: []).count == 0)
    }

    @Test func `what a borrower throws comes out by type`() {
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try Secret("x").withOctets { (_: Span<UInt8>) throws(Refused) -> Int in throw Refused() }
        }
    }

    @Test func `a copy outlives the original, and the caller's octets stay`() {
        let octets = Array(Self.canary.utf8)
        var copies: [Secret] = []
        do {
            let secret = Secret(octets: octets)
            copies.append(secret)
        }
        #expect(copies[0].withOctets { [UInt8](copying: $0) } == octets)
        copies = []
        // The secret wiped its own octets, not those it was made of.
        #expect(octets == Array(Self.canary.utf8))
    }
}
