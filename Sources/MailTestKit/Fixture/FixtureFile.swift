/// A `.trace` file of a suite, as an argument of a test: it shows as its path under `Fixtures`.
public struct FixtureFile: Sendable, Identifiable, CustomStringConvertible {
    /// The path under `Fixtures`, such as `pop3/rfc/stat-counts-messages-and-octets.trace`.
    public let path: String

    /// The fixture, or why there is none.
    public let content: Result<Fixture, FixtureError>

    /// The path.
    public var id: String { path }

    /// The path.
    public var description: String { path }

    /// A file at `path` that reads `text`.
    public init(path: String, text: String) {
        self.path = path
        do {
            content = .success(try Fixture(text))
        } catch {
            content = .failure(error.found(in: path))
        }
    }

    /// A file that is not there or cannot be read.
    init(path: String, failure: FixtureError) {
        self.path = path
        content = .failure(failure.found(in: path))
    }

    /// The fixture.
    ///
    /// - Throws: why there is none.
    public func fixture() throws(FixtureError) -> Fixture { try content.get() }
}
