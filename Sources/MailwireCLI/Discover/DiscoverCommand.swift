import ArgumentParser
import MailTransport
import Octets

/// `mailwire discover`: what a domain says about its users' mail servers.
struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Find the mail servers of an address by its domain's SRV records.",
        discussion: """
            Asks DNS for submission, IMAP and POP3 (RFC 6186, RFC 8314), and shows the servers in the order in which a client should \
            try them. A host outside the domain needs somebody's word: whoever can forge an answer of DNS could have named it.
            Exit code 0 when there is a server, 1 when there is none or nobody answered, 2 for wrong use.
            """)

    @Argument(help: "A mail address, or a domain alone.")
    var address: String

    @Flag(help: "Suggest usual host names for what no record names, and mark them as guesses.")
    var guess = false

    @Option(
        help: ArgumentHelp(
            "Ask this name server in place of the system's: a literal address, perhaps with a port; may be given up to three times.",
            valueName: "address"), transform: NameServerArgument.parse)
    var nameServer: [NameServer] = []

    @Option(help: ArgumentHelp("Give up after so many seconds.", valueName: "seconds"))
    var timeout = 30

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...3600).contains(timeout) else { throw ValidationError("--timeout takes 1 to 3600 seconds.") }
        guard nameServer.count <= 3 else { throw ValidationError("--name-server may be given three times at most.") }
    }

    func run() async throws {
        var configuration = AccountDiscovery.Configuration()
        configuration.resolver.nameServers = nameServer
        configuration.timeout = .seconds(timeout)
        configuration.suggestsGuesses = guess
        let account: DiscoveredAccount
        do throws(TransportError) {
            account = try await AccountDiscovery.discover(for: address, configuration: configuration)
        } catch  where error.kind == .invalidEndpoint {
            throw ValidationError(error.description)
        } catch {
            OutputFile.writeToStandardError("mailwire: \(error.description)")
            throw ExitCode(1)
        }
        let report = DiscoverReport(account)
        try OutputFile.writeToStandardOutput(json ? report.json.octets + [ASCII.lf] : Array(report.text.utf8))
        if account.services.isEmpty { throw ExitCode(1) }
    }
}
