import Testing

/// Every rule twice: the package keeps it, and it catches who does not.
@Suite("The rules of the manifest and the documents")
struct PackageRuleTests {
    @Test("every target has the strict settings") func manifest() throws {
        let text = try #require(PackageTree.text(of: "Package.swift"))
        #expect(ManifestRule.violations(path: "Package.swift", text: text) == [])
    }

    @Test("a target without them is caught, and so is a setting that was taken out") func catchesManifest() throws {
        let good = try #require(PackageTree.text(of: "Package.swift"))
        let lax = good + "\nlet lax: Target = .target(name: \"Lax\", dependencies: [\"Octets\"])\n"
        let found = ManifestRule.violations(path: "Package.swift", text: lax)
        #expect(found.map(\.message) == ["a target is without the strict settings"])
        #expect(found.first?.line == good.count { $0 == "\n" } + 2)

        let lines = good.split(separator: "\n", omittingEmptySubsequences: false)
        let weaker = lines.filter { !$0.contains("strictMemorySafety") }.joined(separator: "\n")
        #expect(ManifestRule.violations(path: "Package.swift", text: weaker).count == 1)
        let commented = lines.map { $0.contains("strictMemorySafety") ? "    // \($0)" : String($0) }
        #expect(ManifestRule.violations(path: "Package.swift", text: commented.joined(separator: "\n")).count == 1)
    }

    @Test("links lead somewhere") func links() {
        #expect(!PackageTree.documents.isEmpty)
        let broken = PackageTree.documents.flatMap {
            DocumentRule.brokenLinks(path: $0.path, text: $0.text, exists: PackageTree.exists)
        }
        #expect(broken == [])
    }

    @Test("a link that leads nowhere is caught") func catchesLink() {
        func broken(_ text: String, from path: String = "Docs/A.md") -> [String] {
            DocumentRule.brokenLinks(path: path, text: text) { $0 == "README.md" || $0 == "Docs/B.md" }.map(\.message)
        }
        #expect(broken("a [b](B.md), [r](../README.md#part) and [w](https://example.org) and [here](#here)") == [])
        #expect(broken("[b](B.md) [c](C.md \"title\")") == ["there is no C.md"])
        #expect(broken("[r](README.md)") == ["there is no README.md"])
        #expect(broken("[r](../../README.md)") == ["../../README.md leads out of the package"])
        #expect(broken("`[c](C.md)`\n```\n[c](C.md)\n```\n") == [])
        #expect(broken("[b](Docs/B.md)", from: "README.md") == [])
    }

    @Test("nothing speaks of places on one machine") func machinePaths() {
        #expect(PackageTree.files.flatMap { MachinePathRule.violations(path: $0.path, text: $0.text) } == [])
    }

    @Test("a place on one machine is caught") func catchesMachinePath() {
        let text = "see\n/wo" + "rk/main/README and ../sha" + "red/rfc, /tmp/" + "mw"
        #expect(MachinePathRule.violations(path: "A.md", text: text).map(\.line) == [2, 2, 2])
        #expect(MachinePathRule.violations(path: "A.md", text: "the network/work of a share") == [])
    }

    @Test("the README's examples are compiled to the letter") func examples() throws {
        let readme = try #require(PackageTree.text(of: "README.md"))
        let compiled = try #require(PackageTree.text(of: "Tests/Interop/ReadmeExamples.swift"))
        #expect(DocumentRule.swiftBlocks(in: readme).count >= 3)
        #expect(DocumentRule.uncompiledBlocks(path: "README.md", text: readme, compiled: compiled) == [])
    }

    @Test("the guide's examples are compiled to the letter") func guideExamples() throws {
        let guide = try #require(PackageTree.text(of: "Docs/Network.md"))
        let compiled = try #require(PackageTree.text(of: "Tests/Interop/NetworkExamples.swift"))
        #expect(DocumentRule.swiftBlocks(in: guide).count >= 5)
        #expect(DocumentRule.uncompiledBlocks(path: "Docs/Network.md", text: guide, compiled: compiled) == [])
    }

    @Test("an example that is not compiled is caught") func catchesExample() {
        let readme = "```swift\nlet a = 1\n\nif a { b }\n```\n```sh\nls\n```\n"
        func found(_ compiled: String) -> [Int] {
            DocumentRule.uncompiledBlocks(path: "README.md", text: readme, compiled: compiled).map(\.line)
        }
        #expect(found("    let a = 1\n\n    if a { b }\n") == [])
        #expect(found("func f() {\n  let a = 1\n\n  if a { b }\n}") == [])
        #expect(found("    let a = 1\n    if a { b }\n") == [2])
        #expect(found("    let a = 2\n\n    if a { b }\n") == [2])
        #expect(found("    let a = 1\n\n      if a { b }\n") == [2])
        #expect(found("    let a = 1\n") == [2])
        #expect(found("") == [2])
    }
}
