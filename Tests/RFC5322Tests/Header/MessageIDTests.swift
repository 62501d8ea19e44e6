import RFC5322
import Testing

@Suite struct MessageIDTests {
    @Test(arguments: [
        ("<1234@local.machine.example>", ["1234@local.machine.example"]),
        ("<1234@x>\r\n <5678.21-Nov-1997@y.example>", ["1234@x", "5678.21-Nov-1997@y.example"]),
        ("<testabcd.1234@silly.test>  (comment)", ["testabcd.1234@silly.test"]), ("", []),
        ("<a@[1.2.3.4]>", ["a@[1.2.3.4]"]),
        ("<\"quoted left\"@x>", ["\"quotedleft\"@x"]),
    ])
    func readsIdentifiers(field: String, expected: [String]) {
        let reading = Message(parsing: Array("References: \(field)\r\n\r\n".utf8)).header[.references]?.readMessageIDs()
        #expect(reading?.value.map(\.value) == expected)
        #expect(reading?.defects == [])
    }

    @Test(arguments: [
        ("1234@x", ["1234@x"]), ("<1234>", ["1234"]), ("<1234@x", []), ("<>", []),
        ("Your message of Monday <a@x> <b", ["a@x"]), ("1234@x other", ["1234@x"]),
    ])
    func readsWhatIsDamagedAndSaysSo(field: String, expected: [String]) {
        let reading = Message(field: "Message-ID: \(field)").header[.messageID]?.readMessageIDs()
        #expect(reading?.value.map(\.value) == expected)
        #expect(reading?.defects.isEmpty == false)
    }

    @Test func refusesWhatCannotBeWritten() throws {
        #expect(try MessageID("<a@x>") == MessageID("a@x"))
        for text in ["", "a", "a b@x", "<a@x", "a<b@x", String(repeating: "a", count: 900) + "@x", "a\u{7F}@x"] {
            #expect(throws: RFC5322Error.self) { try MessageID(text) }
        }
        for text in ["a@x\r\nBcc: eve@x", "a\0@x", "<a@x>\n"] {
            let error = #expect(throws: RFC5322Error.self) { try MessageID(text) }
            #expect(error?.kind == .forbiddenCharacter)
            #expect(throws: RFC5322Error.self) { try MessageID.unique(domain: text) }
        }
        #expect(throws: RFC5322Error.self) { try MessageID.unique(domain: "") }
    }

    @Test func makesIdentifiersThatDiffer() throws {
        let identifiers = try Set((0..<1_000).map { _ in try MessageID.unique(domain: "example.org") })
        #expect(identifiers.count == 1_000)
        #expect(identifiers.allSatisfy { $0.value.hasSuffix("@example.org") && $0.value.utf8.count == 38 })
    }

    @Test func comparesFieldNamesWithoutCase() throws {
        #expect(try HeaderFieldName("SUBJECT") == .subject)
        #expect(try Set([HeaderFieldName("SUBJECT"), .subject]).count == 1)
        #expect(try HeaderFieldName("X-Ä".replacing("Ä", with: "A")).rawName == "X-A")
        for name in ["", "a b", "a:", "ä", "a\r", "a\n", "a\0", String(repeating: "a", count: 201)] {
            let error = #expect(throws: RFC5322Error.self) { try HeaderFieldName(name) }
            #expect(error?.kind == .invalidFieldName)
        }
    }
}
