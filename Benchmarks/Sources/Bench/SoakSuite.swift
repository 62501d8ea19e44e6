/// Connections made and closed again and again: what they leave behind.
struct SoakSuite: Suite {
    func measure(_ bench: Workbench, _ only: String?) throws -> [Row] {
        try [false, true].flatMap { (isTLS: Bool) -> [Row] in
            let count = bench.amount(5000, quick: 1000)
            let name = "\(count) connections" + (isTLS ? " with handshake" : "") + " made and closed"
            guard isWanted(name, only) else { return [Row]() }
            let (peer, port) = try bench.peer(["brief"], isTLS: isTLS)
            defer { peer.end() }
            let fields = try bench.start(
                "transport", bench.arguments("connect", port, count, isTLS: isTLS), processor: 1
            ).fields()
            func row(_ what: String, _ value: Double, _ unit: Row.Unit, _ target: Target?) -> Row {
                Row(name: "\(name): \(what)", unit: unit, ours: Spread([value]), target: target)
            }
            return [
                row("descriptors left", try fields["descriptors"], .pieces, .most(0)),
                // Tables that grow by doubling may do so once; a leak would be a block a connection.
                row("blocks left", try fields["blocks"], .pieces, .most(10)),
                row("heap grew by", try fields["octets"], .octets, .most(4096)),
                row("memory grew by", try fields["resident"], .octets, .most(1_048_576)),
                row("time each", try fields["wall"] / fields["count"], .microseconds, nil),
            ]
        }
    }
}
