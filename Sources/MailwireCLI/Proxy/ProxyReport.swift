import MailTestKit
import Octets

/// Says what happens in a proxy: lines for people on standard error, or JSON on standard output.
struct ProxyReport: Sendable {
    let isJSON: Bool

    func tellStart(at address: FaultProxy.Target, to target: FaultProxy.Target) {
        tell(Self.started(at: address, to: target))
    }

    func tell(_ event: FaultProxy.Event) {
        tell(Self.line(event))
    }

    func tellEnd(_ statistics: FaultProxy.Statistics) {
        tell(Self.stopped(statistics))
    }

    private func tell(_ line: Line) {
        if isJSON {
            // Whoever does not read any more is not told.
            try? OutputFile.writeToStandardOutput(JSONValue.object(line.members).octets + [ASCII.lf])
        } else {
            OutputFile.writeToStandardError(line.text.escapedForDisplay)
        }
    }

    /// The same news twice.
    struct Line: Equatable {
        var text: String
        var members: [JSONValue.Member]
    }

    static func started(at address: FaultProxy.Target, to target: FaultProxy.Target) -> Line {
        Line(
            text: "listening on \(address), forwarding to \(target)",
            members: [
                .init("event", "listening"), .init("address", .string(address.description)),
                .init("to", .string(target.description)),
            ])
    }

    static func line(_ event: FaultProxy.Event) -> Line {
        switch event {
        case .accepted(let number):
            return Line(
                text: "\(number) connected",
                members: [.init("event", "connected"), .init("connection", .integer(number))])
        case .struck(let strike):
            return Line(
                text:
                    "\(strike.connection) \(strike.ending.rawValue) \(strike.way.rawValue) behind \(octets(strike.octets))",
                members: [
                    .init("event", "struck"), .init("connection", .integer(strike.connection)),
                    .init("ending", .string(strike.ending.rawValue)), .init("direction", .string(strike.way.rawValue)),
                    .init("octets", .integer(strike.octets)),
                ])
        case .ended(let record):
            let (end, reason) = describe(record.end)
            let why = reason.map { "\(end): \($0)" } ?? end
            return Line(
                text: """
                    \(record.number) ended, \(why); \(octets(record.toClient.octets)) to the client, \
                    \(record.toServer.octets) to the server
                    """,
                members: [
                    .init("event", "ended"), .init("connection", .integer(record.number)), .init("end", .string(end)),
                    .init("reason", JSONValue(reason)), .init("toClient", passage(record.toClient)),
                    .init("toServer", passage(record.toServer)),
                ])
        }
    }

    static func stopped(_ statistics: FaultProxy.Statistics) -> Line {
        let (down, up) = (statistics.octetsToClient, statistics.octetsToServer)
        return Line(
            text: """
                stopped; \(statistics.accepted) connection\(statistics.accepted == 1 ? "" : "s"), \
                \(statistics.strikeCount) cut, \(octets(down)) to clients, \(up) to the server
                """,
            members: [
                .init("event", "stopped"), .init("connections", .integer(statistics.accepted)),
                .init("strikes", .integer(statistics.strikeCount)), .init("octetsToClient", .integer(down)),
                .init("octetsToServer", .integer(up)),
            ])
    }

    private static func passage(_ passage: FaultProxy.Passage) -> JSONValue {
        .object([.init("octets", .integer(passage.octets)), .init("writes", .integer(passage.writes))])
    }

    private static func octets(_ count: Int) -> String { count == 1 ? "1 octet" : "\(count) octets" }

    /// What it was, in words that do not change, and the reason where there is one.
    private static func describe(_ end: FaultProxy.End?) -> (String, String?) {
        switch end {
        case .closed: ("closed by both sides", nil)
        case .resetByClient: ("reset by the client", nil)
        case .resetByServer: ("reset by the server", nil)
        case .struck(let ending): ("cut", ending.rawValue)
        case .unreachable(let reason): ("server unreachable", reason)
        case .tlsFailed(let reason): ("TLS failed", reason)
        case .stopped, nil: ("proxy stopped", nil)
        }
    }
}
