/// How long a file may be, and what it may not be called.
enum FileRule {
    static let lengthLimit = 400

    /// Names of places where anything can be put.
    private static let shelves = ["Utils", "Utilities", "Helpers", "Common", "Manager"]

    static func violations(path: String, text: String) -> [Violation] {
        var found: [Violation] = []
        let count = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
        if count > lengthLimit, !path.hasSuffix(".generated.swift") {
            found.append(Violation(path: path, line: count, message: "has \(count) lines, more than \(lengthLimit)"))
        }
        let name = path.split(separator: "/").last ?? ""
        for shelf in shelves where name.contains(shelf) || name.contains(String(shelf.dropLast()) + ".") {
            found.append(Violation(path: path, line: 1, message: "\(shelf) says nothing about what is inside"))
            break
        }
        return found
    }
}
