import ArgumentParser
import MailTestKit
import Octets

/// `mailwire proxy`: a bad network between a client and a server.
struct ProxyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Stand between a mail client and a server as a slow, lossy or dying network.",
        discussion: """
            Listens on 127.0.0.1, connects to the server for each client, and forwards what both say, with the faults that are asked \
            for. It knows no protocol: any that runs over TCP will do, with STARTTLS and TLS.

            A server that takes 200 ms to answer, over a line of 10,000 octets a second:
              mailwire proxy --listen 1143 --to HOST:143 --delay 100ms --rate 10k

            Every octet in a packet of its own:
              mailwire proxy --listen 1110 --to localhost:110 --split 1

            A connection that is reset behind the 1,000th octet, in either direction:
              mailwire proxy --listen 1025 --to localhost:25 --cut-after 1000

            Sizes are octets, also as 10k (10,000), 64Ki (65,536), 5M or 1Mi; durations have a unit: us, ms, s, m or h. Says on \
            standard error what happens to each connection, or on standard output with --json. Ends with SIGINT or SIGTERM.
            Exit code 1 when it cannot listen, 2 for wrong use.
            """)

    @Option(help: ArgumentHelp("Listen on this port; with 0 on a free one, which is said.", valueName: "port"))
    var listen: UInt16 = 0

    @Option(
        help: ArgumentHelp(
            "Listen on this address in place of 127.0.0.1, so that other machines can use the proxy, and through it the server.",
            valueName: "address"))
    var exposeOn: String?

    @Option(
        help: ArgumentHelp("The server: HOST:PORT, [IPv6]:PORT or unix:PATH.", valueName: "server"),
        transform: ProxyTarget.parse)
    var to: FaultProxy.Target

    @OptionGroup(title: "Faults") var faults: ProxyFaultOptions
    @OptionGroup(title: "TLS") var tls: ProxyTLSOptions

    @Option(help: ArgumentHelp("End when N connections have come and gone.", valueName: "n"))
    var connections: Int?

    @Flag(help: "Say what happens on standard output, one JSON object a line.")
    var json = false

    func validate() throws {
        if let connections, connections < 1 { throw ValidationError("--connections takes 1 or more.") }
    }

    func run() async throws {
        let tls = try tls.make()
        let report = ProxyReport(isJSON: json)
        let proxy = try FaultProxy.start(
            to: to, on: exposeOn ?? "127.0.0.1", port: listen, faults: faults.faults, tls: tls,
            observer: { report.tell($0) })
        // Whoever reads that it listens may send a signal at once.
        try StopSignals.wait { proxy.endSoon() }
        report.tellStart(at: FaultProxy.Target.host(exposeOn ?? "127.0.0.1", port: proxy.port), to: to)
        if let connections {
            await proxy.end(of: connections)
            proxy.endSoon()
        }
        await proxy.untilStopped()
        report.tellEnd(proxy.statistics)
    }
}
