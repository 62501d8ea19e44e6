/// What turns a compiler's check or an error into a trap or a race.
enum ForbiddenConstructRule {
    private static let texts = [
        "@unchecked Sendable", "nonisolated(unsafe)", "try!", "as!", "Task.detached", "fatalError",
        "preconditionFailure",
    ]

    static func violations(path: String, text: String) -> [Violation] {
        SourceText(text).numbered.flatMap { number, line in
            var found = texts.filter { line.contains($0) }
            if found.isEmpty, unwrapsByForce(line) { found = ["a forced unwrap"] }
            return found.map { Violation(path: path, line: number, message: "\($0) is forbidden") }
        }
    }

    /// Whether a `!` stands right behind an expression or a type. `a != b` and `!a` do not.
    private static func unwrapsByForce(_ line: String) -> Bool {
        let characters = Array(line)
        return characters.indices.dropFirst().contains { index in
            let before = characters[index - 1]
            guard characters[index] == "!" else { return false }
            guard SourceText.isWordCharacter(before) || ")]}\"?>".contains(before) else { return false }
            return index + 1 == characters.count || characters[index + 1] != "="
        }
    }
}
