import ArgumentParser

@main
struct MailwireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailwire", abstract: "Mail over SMTP, POP3 and IMAP4.")
}
