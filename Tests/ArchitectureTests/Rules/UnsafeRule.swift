/// Where the word `unsafe` may stand: where octets meet the kernel or a C library, and in the measured kernels below all else.
enum UnsafeRule {
    static let rooms = [
        "Sources/Octets/", "Sources/MailTransport/", "Sources/RFC5322/Charset/", "Sources/MailTestKit/",
        "Sources/MailwireCLI/",
    ]

    /// An actor on a loop cannot say which executor it has without this.
    private static let executor = "unsafe loop.asUnownedSerialExecutor()"

    static func violations(path: String, text: String) -> [Violation] {
        guard !rooms.contains(where: path.hasPrefix) else { return [] }
        return SourceText(text).numbered.compactMap { number, line in
            var words = SourceText.words(of: line)
            if path.contains("/Client/"), line.contains(executor), let index = words.firstIndex(of: "unsafe") {
                words.remove(at: index)
            }
            guard words.contains("unsafe") else { return nil }
            return Violation(path: path, line: number, message: "`unsafe` does not belong into this room")
        }
    }
}
