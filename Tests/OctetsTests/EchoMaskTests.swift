import Octets
import Testing

@Suite struct EchoMaskTests {
    private func masked(_ text: String, _ secrets: String...) -> String {
        var mask = EchoMask()
        for secret in secrets { mask.add(Secret(secret)) }
        let octets = mask.masked(Array(text.utf8))
        return String(decoding: octets, as: UTF8.self)
    }

    @Test func occurrences() {
        #expect(masked("no hunter2 here, hunter2", "hunter2") == "no ******* here, *******")
        #expect(masked("nothing", "hunter2") == "nothing")
        #expect(masked("hunter", "hunter2") == "hunter")
        #expect(masked("", "hunter2") == "")
        #expect(masked("hunthunter2", "hunter2") == "hunt*******")
        #expect(masked("ababababab!", "abab") == "**********!")
        #expect(masked("aaaaaaa", "aaaa") == "*******")
        #expect(masked("one two", "one ", " two") == "*******")
    }

    @Test("Its Base64 is masked too; what is shorter than four octets is left alone")
    func base64() {
        let encoded = String(decoding: Base64.encode(Array("hunter2".utf8).span), as: UTF8.self)
        #expect(masked("got \(encoded)", "hunter2") == "got ************")
        #expect(masked("abc", "abc") == "abc")
        #expect(masked("", "") == "")
    }
}
