import RFC5322
import Testing

@Suite struct AddressSpecificationTests {
    @Test(arguments: [
        ("joe@example.org", "joe", "example.org"), ("\"joe blow\"@example.org", "joe blow", "example.org"),
        ("joe+tag@[192.0.2.1]", "joe+tag", "[192.0.2.1]"), ("\"a\\\"b\"@x", "a\"b", "x"),
        ("jøran@blåbær.example", "jøran", "blåbær.example"),
        ("\"<>@,;:\"@x", "<>@,;:", "x"),
    ])
    func readsAddresses(text: String, localPart: String, domain: String) throws {
        let address = try AddressSpecification(text)
        #expect(address.localPart == localPart)
        #expect(address.domain == domain)
        #expect(address.description == text)
        #expect(try AddressSpecification(localPart: localPart, domain: domain) == address)
    }

    @Test(arguments: [
        "", "joe", "@", "joe@", "@example.org", "joe@example..org", "joe@.example.org", "joe@example.org.",
        "joe blow@example.org",
        "joe@exam ple.org", "joe@example.org>", "<joe@example.org>", "joe@example.org ", " joe@example.org", "joe@[1",
        "joe@a@b",
        "joe@example.org (Joe)", "Joe <joe@example.org>", "a@x, b@x", "\"joe@example.org", "joe\u{1}@example.org",
        "joe@[a b]",
        "joe@\"example.org\"", "joe@example.org\u{7F}",
    ])
    func refusesWhatIsNone(text: String) {
        let error = #expect(throws: RFC5322Error.self) { try AddressSpecification(text) }
        #expect(error?.kind == .invalidAddress)
    }

    @Test(arguments: ["\r", "\n", "\r\n", "\0", "\r\nRCPT TO:<eve@example.net>"])
    func refusesWhatCouldBeginACommand(text: String) {
        for address in ["joe\(text)@example.org", "joe@example.org\(text)", "\"\(text)\"@example.org"] {
            let error = #expect(throws: RFC5322Error.self) { try AddressSpecification(address) }
            #expect(error?.kind == .forbiddenCharacter)
        }
        let pairs = [("joe\(text)", "example.org"), ("joe", "example\(text).org"), ("joe", "[\(text)]")]
        for (localPart, domain) in pairs {
            let error = #expect(throws: RFC5322Error.self) {
                try AddressSpecification(localPart: localPart, domain: domain)
            }
            #expect(error?.kind == .forbiddenCharacter)
        }
        let error = #expect(throws: RFC5322Error.self) { try MailboxAddress("Joe\(text)", "joe@example.org") }
        #expect(error?.kind == .forbiddenCharacter)
    }

    @Test func comparesTheDomainWithoutCase() throws {
        #expect(try AddressSpecification("joe@Example.ORG") == AddressSpecification("joe@example.org"))
        #expect(try AddressSpecification("Joe@example.org") != AddressSpecification("joe@example.org"))
        #expect(try Set([AddressSpecification("joe@Example.ORG"), AddressSpecification("joe@example.org")]).count == 1)
    }

    @Test func holdsToItsLengths() throws {
        _ = try AddressSpecification(
            localPart: String(repeating: "a", count: 255), domain: String(repeating: "b", count: 255))
        #expect(throws: RFC5322Error.self) {
            try AddressSpecification(localPart: String(repeating: "a", count: 256), domain: "b")
        }
        #expect(throws: RFC5322Error.self) {
            try AddressSpecification(localPart: "a", domain: String(repeating: "b", count: 256))
        }
    }

    @Test func saysWhetherItIsASCII() throws {
        #expect(try AddressSpecification("joe@example.org").isASCII)
        #expect(try !AddressSpecification("jö@example.org").isASCII)
        #expect(try !AddressSpecification("joe@exämple.org").isASCII)
    }
}
