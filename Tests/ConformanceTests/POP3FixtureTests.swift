import MailTestKit
import Testing

@Suite("POP3 fixtures")
struct POP3FixtureTests {
    static let suite = FixtureSuite<POP3FixtureAdapter>()

    @Test(arguments: suite.files, FixtureDelivery.allCases)
    func plays(_ file: FixtureFile, _ delivery: FixtureDelivery) async throws {
        try await Self.suite.play(file, delivery)
    }
}
