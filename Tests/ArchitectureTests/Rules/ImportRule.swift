/// Which modules the files of a room may import. A file belongs to the room with the longest prefix of its path.
enum ImportRule {
    struct Room {
        let prefix: String
        let mayImport: Set<String>
    }

    /// The house, from the ground up.
    static let rooms: [Room] = {
        let values: Set = ["Octets", "SASL"]
        let client: Set = ["MailTransport", "Logging", "Synchronization"]
        let modules: Set = ["Octets", "SASL", "RFC5322", "MailTransport", "SMTP", "POP3", "IMAP4"]
        let system: Set = ["Glibc", "CGlibcExtras", "COpenSSL", "CZlib", "Synchronization", "Logging"]
        var rooms = [
            Room(prefix: "Sources/Octets/", mayImport: ["Glibc", "Synchronization"]),
            Room(prefix: "Sources/SASL/", mayImport: ["Octets"]),
            Room(prefix: "Sources/SASL/Digest/", mayImport: ["Octets", "COpenSSL"]),
            Room(prefix: "Sources/RFC5322/", mayImport: ["Octets", "Synchronization"]),
            // The C library for iconv, and for the clock.
            Room(
                prefix: "Sources/RFC5322/Charset/",
                mayImport: ["Octets", "Synchronization", "Glibc", "CGlibcExtras"]),
            Room(prefix: "Sources/RFC5322/Date/DateTime.swift", mayImport: ["Octets", "Glibc"]),
            Room(
                prefix: "Sources/MailTransport/",
                mayImport: ["Octets", "Glibc", "CGlibcExtras", "COpenSSL", "Synchronization", "Logging"]),
            Room(prefix: "Sources/Mailwire/", mayImport: modules),
            Room(prefix: "Sources/MailTestKit/", mayImport: modules.union(system)),
            Room(
                prefix: "Sources/MailwireCLI/",
                mayImport: modules.union(system).union(["Mailwire", "MailTestKit", "ArgumentParser"])),
        ]
        for (module, allowed) in [
            ("SMTP", values.union(["RFC5322"])), ("POP3", values), ("IMAP4", values.union(["RFC5322"])),
        ] {
            rooms.append(Room(prefix: "Sources/\(module)/", mayImport: allowed))
            rooms.append(Room(prefix: "Sources/\(module)/Client/", mayImport: allowed.union(client)))
        }
        return rooms
    }()

    static func violations(path: String, text: String) -> [Violation] {
        let rooms = rooms.filter { path.hasPrefix($0.prefix) }
        guard let room = rooms.max(by: { $0.prefix.utf8.count < $1.prefix.utf8.count }) else {
            return [Violation(path: path, line: 1, message: "belongs to no room of the house")]
        }
        return imports(in: text).filter { !room.mayImport.contains($0.module) }.map {
            Violation(path: path, line: $0.line, message: "\(room.prefix) may not import \($0.module)")
        }
    }

    /// The modules a file imports, in order, with the line.
    static func imports(in text: String) -> [(module: String, line: Int)] {
        var found: [(module: String, line: Int)] = []
        for (number, line) in SourceText(text).numbered {
            for statement in line.split(separator: ";") {
                if let module = module(importedBy: statement) { found.append((module, number)) }
            }
        }
        return found
    }

    private static func module(importedBy statement: Substring) -> String? {
        var words = statement.split(separator: " ")
        while let word = words.first, word.hasPrefix("@") || accessLevels.contains(word) { words.removeFirst() }
        guard words.first == "import", words.count > 1 else { return nil }
        words.removeFirst()
        if words.count > 1, declarationKinds.contains(words[0]) { words.removeFirst() }
        return words[0].split(separator: ".").first.map(String.init)
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let declarationKinds: Set<Substring> = [
        "struct", "class", "enum", "func", "protocol", "typealias", "var", "let", "actor", "macro",
    ]
}
