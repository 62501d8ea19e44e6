import ArgumentParser
import Glibc

@main
struct MailwireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailwire", abstract: "Mail over SMTP, POP3 and IMAP4.",
        subcommands: [DemoCommand.self, DiscoverCommand.self, ParseCommand.self, ProxyCommand.self])

    /// Runs the command that the arguments name. Wrong use ends with exit code 2.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            OutputFile.writeToStandardError(fullMessage(for: error))
            Glibc.exit(2)
        }
    }
}
