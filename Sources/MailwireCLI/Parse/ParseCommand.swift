import ArgumentParser

/// `mailwire parse`: shows what the library's parsers understand.
struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse", abstract: "Show what is understood of messages and server responses.",
        subcommands: [ParseMessage.self, ParseIMAP.self, ParsePOP3.self, ParseSMTP.self])
}
