/// All fixtures of one protocol, to be played in each way against its engine.
///
/// A protocol's whole conformance test is this; a file that cannot be read, or a folder without any, fails it:
///
/// ```swift
/// import MailTestKit
/// import Testing
///
/// @Suite("POP3 fixtures")
/// struct POP3FixtureTests {
///     static let suite = FixtureSuite<POP3FixtureAdapter>()
///
///     @Test(arguments: suite.files, FixtureDelivery.allCases)
///     func plays(_ file: FixtureFile, _ delivery: FixtureDelivery) async throws {
///         try await Self.suite.play(file, delivery)
///     }
/// }
/// ```
public struct FixtureSuite<Adapter: FixtureAdapter>: Sendable {
    /// The `.trace` files under `Fixtures/<folder>`, sorted by path; where there are none, one that says so and fails.
    public let files: [FixtureFile]

    /// The files of a folder.
    ///
    /// - Parameters:
    ///   - folder: the folder under `Fixtures`.
    ///   - sourceFile: a file of the package whose fixtures are meant: `Fixtures` and `Package.swift` stand above it.
    public init(folder: String = Adapter.folder, near sourceFile: String = #filePath) {
        let shown = "Fixtures/\(folder)"
        guard let package = FileTree.folder(holding: "Package.swift", above: sourceFile) else {
            let failure = FixtureError("no folder above \(sourceFile) holds a Package.swift")
            files = [FixtureFile(path: shown, failure: failure)]
            return
        }
        let root = "\(package)/Fixtures"
        var files: [FixtureFile] = []
        for path in FileTree.files(under: "\(root)/\(folder)", suffix: ".trace") {
            let relative = String(path.dropFirst(root.count + 1))
            do throws(FixtureError) {
                files.append(FixtureFile(path: relative, text: try FileTree.text(of: path)))
            } catch {
                files.append(FixtureFile(path: relative, failure: error))
            }
        }
        if files.isEmpty {
            files = [FixtureFile(path: shown, failure: FixtureError("no .trace file stands under \(root)/\(folder)"))]
        }
        self.files = files
    }

    /// A suite of files that were read elsewhere.
    public init(files: [FixtureFile]) {
        self.files = files
    }

    /// Plays a fixture in one way; does nothing where its `# delivery:` header leaves that way out.
    ///
    /// - Throws: `FixtureError` with the file and the line that does not hold.
    public func play(_ file: FixtureFile, _ delivery: FixtureDelivery) async throws(FixtureError) {
        do throws(FixtureError) {
            let fixture = try file.fixture()
            guard fixture.header.deliveries.contains(delivery) else { return }
            switch delivery {
            case .whole, .byteByByte, .everySplit: try EnginePlayer<Adapter>.play(fixture, delivery)
            case .socket: try await SocketPlayer<Adapter>.play(fixture)
            }
        } catch {
            throw error.found(in: file.path)
        }
    }
}
