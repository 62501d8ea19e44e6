import Testing

@testable import SMTP

@Suite struct ContentInspectionTests {
    @Test(
        "One look says what the message needs",
        arguments: [
            ("", 0, ContentDescription.Body.sevenBit, false), ("a: b\r\n\r\n.x\r\n", 12, .sevenBit, false),
            ("a: b\n\nx\n", 11, .sevenBit, false),
            ("a: b\r\n\r\nx", 11, .sevenBit, false), ("a: b\r\n\r\n\u{E9}\r\n", 12, .eightBit, false),
            ("a: \u{E9}\r\n\r\nx\r\n", 12, .sevenBit, true), ("a: \u{E9}\r\n\r\n\u{E9}\r\n", 13, .eightBit, true),
        ] as [(String, UInt64, ContentDescription.Body, Bool)])
    func describe(text: String, size: UInt64, body: ContentDescription.Body, header: Bool) throws {
        let description = try ContentInspection.describe(Array(text.utf8), lineEnds: .normalize)
        #expect(description == ContentDescription(size: size, body: body, hasInternationalizedHeader: header))
    }

    @Test("Across the pieces it looks at")
    func large() throws {
        let line = Array((String(repeating: "x", count: 62) + "\n").utf8)
        let message = Array(repeatElement(line, count: 5000).joined())
        #expect(try ContentInspection.describe(message, lineEnds: .normalize).size == 5000 * 64)
        #expect(throws: ContentFault(reason: .bareLineEnd, offset: 62)) {
            try ContentInspection.describe(message, lineEnds: .refuse)
        }
        let long = message + [UInt8](repeating: 0x78, count: 999)
        #expect(throws: ContentFault(reason: .lineTooLong, offset: 5000 * 63)) {
            try ContentInspection.describe(long, lineEnds: .normalize)
        }
    }
}
