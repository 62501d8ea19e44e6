import Testing

@testable import SMTP

@Suite struct ReplyCodeTests {
    @Test(
        "The first digit alone decides",
        arguments: [
            (200, ReplyCode.Severity.positiveCompletion), (250, .positiveCompletion), (299, .positiveCompletion),
            (300, .positiveIntermediate), (399, .positiveIntermediate), (400, .transientNegative),
            (499, .transientNegative),
            (500, .permanentNegative), (599, .permanentNegative),
        ] as [(UInt16, ReplyCode.Severity)])
    func severity(value: UInt16, severity: ReplyCode.Severity) throws {
        let code = try #require(ReplyCode(value))
        #expect(code.severity == severity)
        #expect(code == value)
        #expect(code.description == String(value))
        #expect(code.isNegative == (value >= 400))
    }

    @Test("RFC 5321 §4.2: no other first digit", arguments: [0, 1, 99, 100, 199, 600, 999, 2500, .max] as [UInt16])
    func outOfRange(value: UInt16) {
        #expect(ReplyCode(value) == nil)
    }
}
