/// A conversation as a file: what it proves, and the steps of server, client and caller in order.
///
/// `Docs/FixtureFormat.md` is the definition of the format.
public struct Fixture: Sendable, Hashable {
    /// What stands above the steps.
    public let header: FixtureHeader
    /// The steps in order; never empty, at least one of them a `=>` line.
    public let steps: [FixtureStep]

    /// Reads the text of a `.trace` file.
    ///
    /// - Throws: the first thing that does not follow the format, with its line.
    public init(_ text: String) throws(FixtureError) {
        var parser = FixtureParser()
        self = try parser.parse(text)
    }

    init(header: FixtureHeader, steps: [FixtureStep]) {
        self.header = header
        self.steps = steps
    }
}
