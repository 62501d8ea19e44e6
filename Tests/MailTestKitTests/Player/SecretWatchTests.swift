import Testing

@testable import MailTestKit

@Suite struct SecretWatchTests {
    private func watch(_ lines: String) throws -> SecretWatch {
        let head = "# spec: RFC 1939 §7\n# source: synthetic\n# proves: something\n"
        return SecretWatch(try FixtureFile(path: "pop3/x.trace", text: head + lines).fixture())
    }

    @Test(arguments: [
        "C: PASS hunter22", "USER hunter22", "what of hunter22?", "AGZyZWQAaHVudGVyMjI=",
    ]) func `a secret is seen wherever it stands, and what it holds in Base64`(text: String) throws {
        let watch = try watch("> pass\nC: PASS {secret:hunter22}\nC: {secret:AGZyZWQAaHVudGVyMjI=}\n=> done\n")
        watch.look(at: "C: PASS <redacted>")
        #expect(watch.leak == nil)
        watch.look(at: text)
        #expect(watch.leak == text)
    }

    @Test func `what is said openly elsewhere, or is too short to be told from words, is no leak`() throws {
        let watch = try watch("> pass\nC: USER freddy\nC: PASS {secret:freddy}\nC: PASS {secret:abcde}\n=> done\n")
        watch.look(at: "USER freddy abcde")
        #expect(watch.leak == nil)
    }
}
