import ArgumentParser
import CMeasuring

/// Runs every comparison: the library and the floors in turn, against the same peer.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "MailTransport beside the least that the kernel and OpenSSL allow.",
        discussion: """
            Each figure is the median of runs that take turns with those it is compared with, and its spread. Times are compared as \
            ratios; allocations and memory are counted. Docs/Performance.md says how to read it.
            """)

    @Option(help: "The folder of the programs that are measured.")
    var programs: String

    @Option(help: "A folder with roots.pem, server.pem and server.key.")
    var certificates: String

    @Option(help: "The file of the most allocations that each operation may take.")
    var thresholds: String

    @Option(help: "The folder of the package with others' clients: these instead of the floors.")
    var peers: String?

    @Option(help: "The folder of its programs.")
    var peerPrograms: String?

    @Option(help: "Only what has this in its name.")
    var only: String?

    @Flag(help: "Fewer and shorter runs.")
    var quick = false

    @Flag(help: "One JSON object a line instead of the table.")
    var json = false

    @Flag(help: "Fail where a target or a threshold is missed.")
    var check = false

    func run() throws {
        print_each_line()
        let bench = Workbench(programs: programs, certificates: certificates, isQuick: quick)
        var report = Report(isJSON: json)
        report.begin()
        for suite in try suites() {
            for row in try suite.measure(bench, only) { report.add(row) }
        }
        report.end()
        guard !check || report.misses == 0 else { throw ExitCode(1) }
    }

    private func suites() throws -> [any Suite] {
        if let peers, let peerPrograms { return [PeerSuite(folder: peers, programs: peerPrograms)] }
        return [
            RoundTripSuite(), BulkSuite(), IdleSuite(), FairnessSuite(), SoakSuite(),
            AllocationSuite(thresholds: try Thresholds(path: thresholds)),
        ]
    }
}
