import ArgumentParser
import RFC5322

/// `mailwire parse message`: messages from files and folders.
struct ParseMessage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "message", abstract: "Show the fields, parts and defects of messages.",
        discussion:
            "Exit code 0 when every file was read, whatever it held; 2 for wrong use or a file that cannot be read.")

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Flag(help: "Show all header fields.")
    var headers = false

    @Flag(help: "Show where each part lies: start, start of the body, end, in octets.")
    var offsets = false

    @Flag(help: "Write each message back from its parsed form, octet for octet, instead of showing it.")
    var write = false

    @Option(help: ArgumentHelp("Where --write puts the messages, each under its own name.", valueName: "folder"))
    var output: String?

    @Argument(help: "Files, and folders to look for *.eml in; /dev/stdin for standard input.")
    var paths: [String]

    mutating func validate() throws {
        guard output == nil || write else { throw ValidationError("--output goes with --write") }
        guard !write || !(json || headers || offsets) else {
            throw ValidationError("--write shows nothing: leave out --json, --headers and --offsets")
        }
    }

    func run() async throws {
        var hasFailed = false
        var written: Set<String> = []
        for path in paths {
            var entries: [FolderWalk.Entry] = []
            do {
                entries = try FolderWalk.entries(at: path, suffix: ".eml")
            } catch {
                OutputFile.writeToStandardError("mailwire: \(error)")
                hasFailed = true
            }
            for entry in entries {
                do {
                    try handle(entry, written: &written)
                } catch {
                    OutputFile.writeToStandardError("mailwire: \(error)")
                    hasFailed = true
                }
            }
        }
        if hasFailed { throw ExitCode(2) }
    }

    private func handle(_ entry: FolderWalk.Entry, written: inout Set<String>) throws {
        let message = Message(parsing: try WholeFile.read(entry.path))
        guard !write else { return try writeBack(message, entry, written: &written) }
        let report = MessageReport(message, options: .init(headers: headers, offsets: offsets))
        let text = json ? report.json(file: entry.path).octets + [0x0A] : Array(report.text(file: entry.path).utf8)
        try OutputFile.writeToStandardOutput(text)
    }

    private func writeBack(_ message: Message, _ entry: FolderWalk.Entry, written: inout Set<String>) throws {
        guard let output else { return try OutputFile.writeToStandardOutput(message.octets) }
        let path = "\(output)/\(entry.name)"
        guard written.insert(path).inserted else {
            throw ValidationError("\(entry.path): another file was written to \(path)")
        }
        try OutputFile.write(message.octets, to: path)
    }
}
