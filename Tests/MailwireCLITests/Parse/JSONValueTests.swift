import Testing

@testable import MailwireCLI

@Suite struct JSONValueTests {
    @Test func writesValues() {
        let value: JSONValue = .object([
            .init("a", [1, -2, true, false, nil, "x"]), .init("b\"", .object([])), .init("c", []),
            .init("d", [[], [[]]]),
        ])
        #expect(value.text == #"{"a":[1,-2,true,false,null,"x"],"b\"":{},"c":[],"d":[[],[[]]]}"#)
        #expect(JSONValue(nil as String?).text == "null")
    }

    @Test func escapesWhatMustBe() {
        #expect(
            JSONValue.string("\"\\/\n\r\t\0\u{1F}\u{7F}ü👩\u{2028}").text
                == "\"\\\"\\\\/\\n\\r\\t\\u0000\\u001f\\u007fü👩\u{2028}\"")
    }

    @Test func writesAnyDepth() {
        var value: JSONValue = []
        for _ in 0..<1_000 { value = [value] }
        #expect(value.octets.count == 2_002)
    }
}
