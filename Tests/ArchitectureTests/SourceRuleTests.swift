import Testing

/// Every rule twice: the package keeps it, and it catches who does not.
@Suite("The rules of Sources")
struct SourceRuleTests {
    @Test("the tree is found") func findsTree() {
        #expect(PackageTree.sources.count > 100)
        #expect(PackageTree.files.contains { $0.path == "Package.swift" })
        #expect(!PackageTree.files.contains { $0.path.hasPrefix(".build/") || $0.path.hasPrefix(".git/") })
    }

    @Test("rooms import the rooms below them alone") func imports() {
        #expect(violations(ImportRule.violations) == [])
    }

    @Test(
        "a wrong import is caught",
        arguments: [
            ("Sources/Octets/A.swift", "import SASL"),
            ("Sources/Octets/A.swift", "import Foundation"),
            ("Sources/SASL/Plain.swift", "import COpenSSL"),
            ("Sources/SASL/Plain.swift", "import Glibc"),
            ("Sources/RFC5322/Header/A.swift", "import Glibc"),
            ("Sources/RFC5322/Charset/A.swift", "import SASL"),
            ("Sources/MailTransport/Loop/A.swift", "import Dispatch"),
            ("Sources/MailTransport/Loop/A.swift", "internal import SMTP"),
            ("Sources/SMTP/Session/A.swift", "internal import MailTransport"),
            ("Sources/SMTP/SMTPError.swift", "import MailTransport"),
            ("Sources/SMTP/Wire/A.swift", "import Logging"),
            ("Sources/SMTP/Client/A.swift", "public import IMAP4"),
            ("Sources/SMTP/Client/A.swift", "import Glibc"),
            ("Sources/POP3/Grammar/A.swift", "import RFC5322"),
            ("Sources/POP3/Client/A.swift", "@_spi(A) public import struct SMTP.Delivery"),
            ("Sources/IMAP4/Client/A.swift", "import Octets; import NIOCore"),
            ("Sources/IMAP4/Client/A.swift", "import POP3"),
            ("Sources/MailTestKit/A.swift", "import Mailwire"),
            ("Sources/MailTestKit/A.swift", "import FoundationEssentials"),
            ("Sources/Mailwire/Mailwire.swift", "@_exported public import MailTestKit"),
            ("Sources/MailwireCLI/Main.swift", "import Foundation"),
            ("Sources/Elsewhere/A.swift", "import Octets"),
        ])
    func catchesImport(_ path: String, _ text: String) {
        #expect(ImportRule.violations(path: path, text: "// import Octets\n\(text)\n").count == 1)
    }

    @Test("a right import is none, nor is one in a comment or a string") func allowsImport() {
        let text = "public import Octets\n@testable internal import struct RFC5322.Message\n// import Foundation\n"
        #expect(ImportRule.imports(in: text).map(\.module) == ["Octets", "RFC5322"])
        #expect(ImportRule.violations(path: "Sources/SMTP/Client/A.swift", text: text) == [])
        #expect(ImportRule.violations(path: "Sources/SMTP/A.swift", text: "let a = \"import Glibc\"\nimportant") == [])
    }

    @Test("`unsafe` stands only where octets meet the kernel or a library") func unsafe() {
        #expect(violations(UnsafeRule.violations) == [])
    }

    @Test("`unsafe` elsewhere is caught, but for the executor of a client") func catchesUnsafe() {
        let call = "let a = unsafe f()\n"
        #expect(UnsafeRule.violations(path: "Sources/SMTP/Wire/A.swift", text: call).map(\.line) == [1])
        #expect(UnsafeRule.violations(path: "Sources/RFC5322/Header/A.swift", text: "@unsafe func f()").count == 1)
        #expect(UnsafeRule.violations(path: "Sources/MailTransport/Loop/A.swift", text: call) == [])
        #expect(UnsafeRule.violations(path: "Sources/SMTP/Wire/A.swift", text: "f(\"unsafe\") // unsafe") == [])
        #expect(UnsafeRule.violations(path: "Sources/SMTP/Wire/A.swift", text: "withUnsafeBytes { notunsafe }") == [])
        let executor = "    unsafe loop.asUnownedSerialExecutor()\n"
        #expect(UnsafeRule.violations(path: "Sources/SMTP/Client/A.swift", text: executor) == [])
        #expect(UnsafeRule.violations(path: "Sources/SMTP/Session/A.swift", text: executor).count == 1)
        let twice = "unsafe f(unsafe loop.asUnownedSerialExecutor())"
        #expect(UnsafeRule.violations(path: "Sources/SMTP/Client/A.swift", text: twice).count == 1)
    }

    @Test("nothing turns an error into a trap or a race") func forbidden() {
        #expect(violations(ForbiddenConstructRule.violations) == [])
    }

    @Test(
        "a forbidden construct is caught",
        arguments: [
            "final class A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1", "let a = try! f()",
            "let a = b as! C", "Task.detached { }", "fatalError()", "preconditionFailure(\"no\")", "let a = b!",
            "f(a!.b)", "a[0]!.b()",
            "f()!", "var a: String!", "let a = \"\\(b!)\"", "if a! { }",
        ])
    func catchesForbidden(_ text: String) {
        #expect(ForbiddenConstructRule.violations(path: "A.swift", text: text).map(\.line) == [1])
    }

    @Test(
        "what only looks like it is none",
        arguments: [
            "if !a { }", "if a != b { }", "f(!a, b)", "// a!", "let a = \"b! try! \\(c)!\"", "#if !os(Linux)",
            "a = [!b]",
            "case \"!\": 1", "UInt8(ascii: \"!\")",
        ])
    func allowsOthers(_ text: String) {
        #expect(ForbiddenConstructRule.violations(path: "A.swift", text: text) == [])
    }

    @Test("files are short and named for what they hold") func fileRule() {
        let tests = PackageTree.files.filter { $0.path.hasPrefix("Tests/") && $0.path.hasSuffix(".swift") }
        #expect((PackageTree.sources + tests).flatMap { FileRule.violations(path: $0.path, text: $0.text) } == [])
    }

    @Test("a long file and a shelf are caught") func catchesFile() {
        func lines(_ count: Int) -> String { String(repeating: "a\n", count: count) }
        #expect(FileRule.violations(path: "Sources/A/B.swift", text: lines(400)) == [])
        #expect(FileRule.violations(path: "Sources/A/B.swift", text: lines(401)).count == 1)
        #expect(FileRule.violations(path: "Sources/A/B.swift", text: lines(400) + "a").count == 1)
        #expect(FileRule.violations(path: "Sources/A/B.generated.swift", text: lines(5000)) == [])
        for name in ["StringUtils", "TestHelpers", "Common", "ConnectionManager", "Helper"] {
            #expect(FileRule.violations(path: "Sources/A/\(name).swift", text: "").count == 1)
        }
    }

    private func violations(_ rule: (String, String) -> [Violation]) -> [Violation] {
        PackageTree.sources.flatMap { rule($0.path, $0.text) }
    }
}
