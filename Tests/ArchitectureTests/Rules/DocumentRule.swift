/// Relative links lead somewhere, and examples are the ones that are compiled.
enum DocumentRule {
    /// The relative links of a document that lead to no file or folder.
    static func brokenLinks(path: String, text: String, exists: (String) -> Bool) -> [Violation] {
        links(in: text).compactMap { target, line in
            guard let resolved = resolve(target, from: path) else {
                return Violation(path: path, line: line, message: "\(target) leads out of the package")
            }
            return exists(resolved) ? nil : Violation(path: path, line: line, message: "there is no \(target)")
        }
    }

    /// The blocks of a document that are marked as Swift, with the line they begin on.
    static func swiftBlocks(in text: String) -> [(code: String, line: Int)] {
        var blocks: [(code: String, line: Int)] = []
        var current: [Substring]?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let lines = current {
                if line == "```" {
                    blocks.append((lines.joined(separator: "\n"), index + 1 - lines.count))
                    current = nil
                } else {
                    current = lines + [line]
                }
            } else if line == "```swift" {
                current = []
            }
        }
        return blocks
    }

    /// The Swift blocks of a document that do not stand in `compiled`, whatever their common indentation there.
    static func uncompiledBlocks(path: String, text: String, compiled: String) -> [Violation] {
        let lines = compiled.split(separator: "\n", omittingEmptySubsequences: false)
        return swiftBlocks(in: text).filter { !contains($0.code, in: lines) }.map {
            Violation(path: path, line: $0.line, message: "this example is not one that is compiled")
        }
    }

    private static func contains(_ code: String, in lines: [Substring]) -> Bool {
        let wanted = code.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = wanted.first, lines.count >= wanted.count else { return false }
        return (0...(lines.count - wanted.count)).contains { start in
            guard lines[start].hasSuffix(first) else { return false }
            let indentation = lines[start].dropLast(first.count)
            guard indentation.allSatisfy({ $0 == " " }) else { return false }
            return zip(wanted, lines[start...]).allSatisfy { wanted, line in
                wanted.isEmpty ? line.isEmpty : line == indentation + wanted
            }
        }
    }

    /// The targets of `[text](target)` outside code, without those of other places and of this page.
    private static func links(in text: String) -> [(target: String, line: Int)] {
        var found: [(target: String, line: Int)] = []
        var isCode = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") { isCode.toggle() }
            if isCode { continue }
            // Every other piece between backquotes is code.
            let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .map { $0.offset.isMultiple(of: 2) ? $0.element : "" }.joined()
            var rest = prose[...]
            while let start = rest.firstRange(of: "](") {
                rest = rest[start.upperBound...]
                let target = rest.prefix { $0 != ")" && $0 != " " && $0 != "#" }
                if !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") {
                    found.append((String(target), index + 1))
                }
            }
        }
        return found
    }

    private static func resolve(_ target: String, from path: String) -> String? {
        var parts = target.hasPrefix("/") ? [] : path.split(separator: "/").dropLast()
        for part in target.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }
}
