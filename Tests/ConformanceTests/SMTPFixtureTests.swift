import MailTestKit
import Testing

@Suite("SMTP fixtures")
struct SMTPFixtureTests {
    static let suite = FixtureSuite<SMTPFixtureAdapter>()

    @Test(arguments: suite.files, FixtureDelivery.allCases)
    func plays(_ file: FixtureFile, _ delivery: FixtureDelivery) async throws {
        try await Self.suite.play(file, delivery)
    }
}
