/// Clients that others made, doing the same.
struct PeerSuite: Suite {
    /// The folder of the package that has them.
    let folder: String
    /// The folder of its programs.
    let programs: String

    private struct Setting {
        let name: String
        let mode: String
        let isTLS: Bool
    }

    private let settings = [
        Setting(name: "round trip", mode: "roundtrip", isTLS: false),
        Setting(name: "round trip, TLS", mode: "roundtrip", isTLS: true),
        Setting(name: "receive 1 GiB", mode: "receive", isTLS: false),
        Setting(name: "receive 1 GiB, TLS 1.3", mode: "receive", isTLS: true),
    ]

    func measure(_ bench: Workbench, _ only: String?) throws -> [Row] {
        let script = "\(folder)/python/client.py"
        let contestants: [Workbench.Contestant] = [
            .mailwire,
            .init(name: "SwiftNIO", program: "\(programs)/nio-client"),
            .init(name: "Python, sockets", program: "/usr/bin/env", prefix: ["python3", script, "socket"]),
            .init(name: "Python, asyncio", program: "/usr/bin/env", prefix: ["python3", script, "asyncio"]),
        ]
        return try settings.filter { isWanted($0.name, only) }.flatMap { setting in
            let isTrip = setting.mode == "roundtrip"
            let count = isTrip ? bench.amount(20_000, quick: 5000) : bench.amount(1 << 30, quick: 1 << 28)
            let work = Workbench.Work(
                mode: setting.mode, count: count, peer: isTrip ? ["echo"] : ["flood", "--octets", "\(count)"],
                isTLS: setting.isTLS)
            let results = try bench.takeTurns(contestants, work, runs: bench.amount(5, quick: 3))
            let spreads = try results.map { fields in
                Spread(
                    try fields.map {
                        try isTrip ? $0["wall"] / $0["count"] : $0.processorTime * Double(1 << 30) / Double(count)
                    })
            }
            return zip(contestants, spreads).dropFirst().map { contestant, spread in
                Row(
                    name: "\(setting.name), beside \(contestant.name)", unit: isTrip ? .microseconds : .milliseconds,
                    ours: spreads[0], floor: spread, floorName: contestant.name)
            }
        }
    }
}
