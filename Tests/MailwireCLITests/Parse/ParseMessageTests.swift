import ArgumentParser
import Glibc
import RFC5322
import Testing

@testable import MailwireCLI

@Suite struct ParseMessageTests {
    /// A folder of its own for each test, filled with `files`.
    private func folder(_ files: [String: String]) throws -> String {
        let path = "/tmp/mailwire-parse-\(UInt64.random(in: .min ... .max))"
        for (name, text) in files { try OutputFile.write(Array(text.utf8), to: "\(path)/\(name)") }
        return path
    }

    private func remove(_ folder: String) throws {
        for entry in try FolderWalk.entries(at: folder, suffix: "").reversed() { _ = unsafe unlink(entry.path) }
        for name in ["/a/b", "/a", "/out/a", "/out", ""] { _ = unsafe rmdir(folder + name) }
    }

    @Test func walksFoldersInNameOrder() throws {
        let folder = try folder(["c.eml": "", "a/z.eml": "", "a/b/y.eml": "", "B.eml": "", "x.txt": "", "a.eml": ""])
        defer { try? remove(folder) }
        // A link back up would never end.
        let isLinked = unsafe symlink(folder, "\(folder)/link") == 0
        #expect(isLinked)
        let names = try FolderWalk.entries(at: folder, suffix: ".eml").map(\.name)
        #expect(names == ["B.eml", "a/b/y.eml", "a/z.eml", "a.eml", "c.eml"])
        #expect(try FolderWalk.entries(at: "\(folder)/", suffix: ".eml").first?.path == "\(folder)/B.eml")
        #expect(
            try FolderWalk.entries(at: "\(folder)/x.txt", suffix: ".eml") == [
                .init(path: "\(folder)/x.txt", name: "x.txt")
            ])
        #expect(throws: ValidationError.self) { try FolderWalk.entries(at: "\(folder)/none", suffix: ".eml") }
    }

    @Test func writesBackOctetForOctet() async throws {
        let texts = ["a/z.eml": "Subject: x\n\r\n\0\u{FF}no line end", "b.eml": "", "c.eml": "no field"]
        let folder = try folder(texts)
        defer { try? remove(folder) }
        try await ParseMessage.parse(["--write", "--output", "\(folder)/out", folder]).run()
        for (name, text) in texts { #expect(try WholeFile.read("\(folder)/out/\(name)") == Array(text.utf8)) }
        // Two files of one name are not written over each other.
        await #expect(throws: ExitCode(2)) {
            try await ParseMessage.parse([
                "--write", "--output", "\(folder)/out", "\(folder)/a/z.eml", "\(folder)/out/a/z.eml",
            ]).run()
        }
    }

    @Test func endsWithTwoForAFileThatCannotBeRead() async throws {
        await #expect(throws: ExitCode(2)) { try await ParseMessage.parse(["/none/such.eml"]).run() }
    }

    @Test(arguments: [[], ["--output", "x", "y"], ["--write", "--json", "x"], ["--wrong", "x"]])
    func refusesWrongUse(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try ParseMessage.parse(arguments) }
        #expect(error.map { ParseMessage.exitCode(for: $0) } == .validationFailure)
    }
}
