/// Every target that compiles Swift has the strict settings.
enum ManifestRule {
    /// Settings of which none may be missing from `strict`.
    private static let settings = [
        "\"ExistentialAny\"", "\"InternalImportsByDefault\"", "\"MemberImportVisibility\"",
        "\"NonisolatedNonsendingByDefault\"", ".strictMemorySafety()", ".treatAllWarnings(as: .error)",
    ]
    private static let factories = [".target(", ".executableTarget(", ".testTarget(", ".macro(", ".plugin("]

    static func violations(path: String, text: String) -> [Violation] {
        let code = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.drop { $0 == " " }.hasPrefix("//") ? "" : $0 }.joined(separator: "\n")
        var found = settings.filter { !code.contains($0) }.map {
            Violation(path: path, line: 1, message: "the strict settings lack \($0)")
        }
        if !code.contains("swiftLanguageModes: [.v6]") {
            found.append(Violation(path: path, line: 1, message: "the language mode is not Swift 6"))
        }
        for factory in factories {
            for start in ranges(of: factory, in: code) {
                let call = arguments(from: start, in: code)
                guard !call.contains("swiftSettings: strict") else { continue }
                let line = code[..<start].count { $0 == "\n" } + 1
                found.append(Violation(path: path, line: line, message: "a target is without the strict settings"))
            }
        }
        return found
    }

    /// Where `text` ends in `code`, each time.
    private static func ranges(of text: String, in code: String) -> [String.Index] {
        var found: [String.Index] = []
        var rest = code[...]
        while let index = rest.indices.first(where: { rest[$0...].hasPrefix(text) }) {
            let end = rest.index(index, offsetBy: text.count)
            found.append(end)
            rest = rest[end...]
        }
        return found
    }

    /// The code from `start` to the parenthesis that closes the call.
    private static func arguments(from start: String.Index, in code: String) -> Substring {
        var depth = 1
        let end = code[start...].indices.first { index in
            if code[index] == "(" { depth += 1 }
            if code[index] == ")" { depth -= 1 }
            return depth == 0
        }
        return code[start..<(end ?? code.endIndex)]
    }
}
