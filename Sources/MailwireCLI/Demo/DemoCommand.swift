import ArgumentParser
import Glibc
import Logging
import MailTransport
import Octets
import SASL

/// `mailwire demo`: a message's whole journey, shown and checked.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Send a message, watch it arrive, read it back both ways and move it to the trash.",
        discussion: """
            Plays on the servers that a file of KEY=value lines describes (--environment, as Scripts/servers start writes it), or on \
            an account of yours (--smtp, --imap, --pop3 and --user). Exits with 1, and the reason, if a step does not hold.
            """)

    @Option(help: ArgumentHelp("Take servers and account from a file of KEY=value lines.", valueName: "file"))
    var environment: String?

    @Option(
        help: ArgumentHelp("Submit to this server, such as smtp://HOST (STARTTLS) or smtps://HOST.", valueName: "url"))
    var smtp: EndpointArgument?

    @Option(help: ArgumentHelp("Watch, fetch and move on this server, such as imaps://HOST.", valueName: "url"))
    var imap: EndpointArgument?

    @Option(help: ArgumentHelp("Retrieve from this server, such as pop3s://HOST.", valueName: "url"))
    var pop3: EndpointArgument?

    @Option(help: "Log in as this user.")
    var user: String?

    @Option(help: "The mail address of the user, where it is not the user's name itself.")
    var address: String?

    @Option(help: ArgumentHelp("Trust the certificates in this PEM file, and no others.", valueName: "file"))
    var caFile: String?

    @OptionGroup var password: PasswordOptions

    @Flag(help: "Print one JSON object instead of the report.")
    var json = false

    @Flag(help: "Show what goes over the wire, without secrets, on standard error.")
    var trace = false

    func validate() throws {
        let named = [smtp?.description, imap?.description, pop3?.description, user].compactMap { $0 }
        if environment != nil, !named.isEmpty {
            throw ValidationError("Give --environment, or --smtp, --imap, --pop3 and --user; not both.")
        }
        if environment == nil, named.count < 4 {
            throw ValidationError("Give --environment, or all of --smtp, --imap, --pop3 and --user.")
        }
        for (argument, name) in [(smtp, "smtp"), (imap, "imap"), (pop3, "pop3")] {
            if let argument, argument.protocolName != name {
                throw ValidationError("--\(name) takes \(name):// or \(name)s://, not \(argument.scheme)://.")
            }
        }
    }

    func run() async throws {
        let stage = try stage()
        var transport = TransportConfiguration()
        transport.tls = stage.tls
        if trace { transport.logger = Self.traceLogger }
        let report = DemoReport(showsProgress: !json)
        do {
            try await DemoRun(stage: stage, transport: transport, report: report).run()
        } catch {
            finish(report, failure: report.current.map { "\($0): \(error)" } ?? "\(error)")
            throw ExitCode.failure
        }
        finish(report, failure: nil)
    }

    private func stage() throws -> DemoStage {
        if let environment { return try DemoStage(environment: environment) }
        guard let smtp, let imap, let pop3, let user else { throw ValidationError("An option is missing.") }
        var tls = TLSConfiguration()
        if let caFile { tls.roots = .file(caFile) }
        return DemoStage(
            submission: smtp.endpoint, imap: imap.endpoint, pop3: pop3.endpoint, address: address ?? user,
            credential: .password(user: user, try password.password(for: user)), tls: tls)
    }

    private func finish(_ report: DemoReport, failure: String?) {
        if json {
            print(report.json(failure: failure))
        } else if let failure {
            print(" ✗ \(failure.escapedForDisplay)")
        } else {
            print(" All \(report.steps.count) steps hold, in \(DemoReport.text(report.total).trimmingSpaces).")
        }
    }

    private static let traceLogger: Logger = {
        var logger = Logger(label: "mailwire.wire") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .trace
        return logger
    }()
}

extension String {
    /// The text without the spaces in front of it.
    fileprivate var trimmingSpaces: Substring { drop { $0 == " " } }
}
