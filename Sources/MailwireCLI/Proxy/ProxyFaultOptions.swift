import ArgumentParser
import MailTestKit

/// What the proxy does to octets, and where.
struct ProxyFaultOptions: ParsableArguments {
    enum Direction: String, ExpressibleByArgument, CaseIterable {
        case toClient = "to-client"
        case toServer = "to-server"
        case both
    }

    enum Ending: String, ExpressibleByArgument, CaseIterable {
        case reset
        case close
        case halfClose = "half-close"
        case blackHole = "black-hole"

        var ending: Faults.Ending {
            switch self {
            case .reset: .reset
            case .close: .close
            case .halfClose: .halfClose
            case .blackHole: .blackHole
            }
        }
    }

    @Option(help: ArgumentHelp("What the faults are for.", valueName: "direction"))
    var direction = Direction.both

    @Option(
        help: ArgumentHelp("Deliver each octet so much later, such as 50ms.", valueName: "duration"),
        transform: ProxyQuantity.duration)
    var delay: Duration = .zero

    @Option(
        help: ArgumentHelp(
            "Forward no more octets a second than this, such as 10k; or 1/60s for one octet a minute.",
            valueName: "rate"), transform: ProxyQuantity.rate)
    var rate: OctetRate?

    @Option(
        help: ArgumentHelp("Forward in packets of at most so many octets.", valueName: "octets"),
        transform: ProxyQuantity.someOctets)
    var split: Int?

    @Option(
        help: ArgumentHelp("End each connection behind so many octets.", valueName: "octets"),
        transform: ProxyQuantity.octets)
    var cutAfter: Int?

    @Option(
        help: ArgumentHelp(
            """
            How --cut-after ends it: reset (the default), close (the end of the stream for both sides), half-close (for this \
            direction alone), or black-hole (silence, with open sockets).
            """, valueName: "ending"))
    var ending: Ending?

    @Flag(help: "Have TLS's end mark in front of close and half-close, where TLS is terminated.")
    var closeNotify = false

    func validate() throws {
        guard cutAfter == nil else { return }
        if ending != nil { throw ValidationError("--ending says how --cut-after ends a connection; give both.") }
        if closeNotify { throw ValidationError("--close-notify goes with --cut-after; give both.") }
    }

    var faults: Faults {
        let direction = Faults.Direction(
            delay: delay, rate: rate, split: split,
            cut: cutAfter.map { Faults.Cut(after: $0, (ending ?? .reset).ending, sendsCloseNotify: closeNotify) })
        return switch self.direction {
        case .toClient: Faults(toClient: direction)
        case .toServer: Faults(toServer: direction)
        case .both: .bothWays(direction)
        }
    }
}
