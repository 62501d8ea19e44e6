import MailTestKit
import Testing

@Suite("Suites of fixtures")
struct FixtureSuiteTests {
    @Test("a folder without a fixture is a file that fails")
    func emptyFolder() async throws {
        let suite = FixtureSuite<EchoAdapter>(folder: "no-such-folder")
        let file = try #require(suite.files.first)
        #expect(suite.files.count == 1)
        #expect(file.description == "Fixtures/no-such-folder")
        let error = await #expect(throws: FixtureError.self) { try await suite.play(file, .whole) }
        #expect(error?.message.contains("no .trace file stands under") == true)
    }

    @Test("a file outside any package is told")
    func outsideAnyPackage() {
        let suite = FixtureSuite<EchoAdapter>(near: "/no/such/package/File.swift")
        #expect(throws: FixtureError.self) { try suite.files[0].fixture() }
    }

    @Test("a file that does not follow the format fails with its path and line")
    func unreadable() async throws {
        let suite = FixtureSuite<EchoAdapter>(files: [FixtureFile(path: "echo/a.trace", text: Traces.head + "oh")])
        let error = await #expect(throws: FixtureError.self) { try await suite.play(suite.files[0], .whole) }
        #expect(error?.description.hasPrefix("echo/a.trace:4: \"oh\" is no step") == true)
    }

    @Test("every delivery plays", arguments: FixtureDelivery.allCases)
    func plays(_ delivery: FixtureDelivery) async throws {
        let suite = FixtureSuite<EchoAdapter>(files: [FixtureFile(path: "echo/whole.trace", text: Traces.whole)])
        try await suite.play(suite.files[0], delivery)
    }

    @Test("a body in pieces is one event", arguments: FixtureDelivery.allCases)
    func body(_ delivery: FixtureDelivery) async throws {
        let text = Traces.body(
            "S: HELLO\n=> greeting\nS: +40000\nS~: \\*20000{ab}\nS: * x\n=> body \"\\*20000{ab}\"\n=> unasked \"x\"")
        let suite = FixtureSuite<EchoAdapter>(files: [FixtureFile(path: "echo/body.trace", text: text)])
        try await suite.play(suite.files[0], delivery)
    }

    @Test("a delivery that the header leaves out is not played")
    func leftOut() async throws {
        let text = Traces.body("S: HELLO\n=> wrong", delivery: "byte every-split")
        let suite = FixtureSuite<EchoAdapter>(files: [FixtureFile(path: "echo/wrong.trace", text: text)])
        try await suite.play(suite.files[0], .whole)
        let error = await #expect(throws: FixtureError.self) { try await suite.play(suite.files[0], .byteByByte) }
        #expect(error?.description.hasPrefix("echo/wrong.trace:7: an event says something else") == true)
    }
}
