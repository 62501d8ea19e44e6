/// One octet there, one back.
struct RoundTripSuite: Suite {
    private struct Setting {
        let name: String
        var isTLS = false
        var peersProcessor = 0
        var target: Target?
        var contestant = Workbench.Contestant.mailwire
    }

    private let settings = [
        Setting(name: "round trip", target: .ratio(1.05)),
        Setting(name: "round trip, TLS", isTLS: true),
        Setting(name: "round trip, one processor for both ends", peersProcessor: 1),
        Setting(
            name: "round trip, from a task elsewhere",
            contestant: .init(name: "Mailwire", program: "transport", arguments: ["--from", "task"])),
    ]

    func measure(_ bench: Workbench, _ only: String?) throws -> [Row] {
        try settings.filter { isWanted($0.name, only) }.map { setting in
            let work = Workbench.Work(
                mode: "roundtrip", count: bench.amount(20_000, quick: 5000), peer: ["echo"], isTLS: setting.isTLS,
                processors: (setting.peersProcessor, 1))
            let results = try bench.takeTurns(
                [.floor, setting.contestant], work, runs: bench.amount(9, quick: 5))
            let each = try results.map { fields in
                Spread(try fields.map { try $0["wall"] / $0["count"] })
            }
            return Row(
                name: setting.name, unit: .microseconds, ours: each[1], floor: each[0], floorName: "blocking C",
                target: setting.target)
        }
    }
}
