import MailTestKit
import Testing

@Suite("IMAP4 fixtures")
struct IMAP4FixtureTests {
    static let suite = FixtureSuite<IMAP4FixtureAdapter>()

    @Test(arguments: suite.files, FixtureDelivery.allCases)
    func plays(_ file: FixtureFile, _ delivery: FixtureDelivery) async throws {
        try await Self.suite.play(file, delivery)
    }
}
