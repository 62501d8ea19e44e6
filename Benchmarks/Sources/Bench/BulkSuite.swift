/// Many octets one way, by the processor time of who is measured.
struct BulkSuite: Suite {
    private struct Setting {
        let name: String
        let mode: String
        var isTLS = false
        var target: Target?
        var arguments: [String] = []
        /// Loops that a careful C program might have; the best of them is the floor.
        var floors: [Workbench.Contestant] = [.floor]
    }

    private let settings = [
        Setting(name: "receive 1 GiB", mode: "receive", target: .ratio(1.10)),
        Setting(
            name: "receive 1 GiB, TLS 1.3", mode: "receive", isTLS: true, target: .ratio(1.10),
            floors: [
                .init(name: "SSL_read of 64 KiB", program: "floor"),
                .init(name: "SSL_read of 16 KiB", program: "floor", arguments: ["--buffer", "16384"]),
                .init(name: "SSL_read of 64 KiB, reading ahead", program: "floor", arguments: ["--read-ahead", "1"]),
            ]),
        Setting(name: "receive 1 GiB as arrays", mode: "receive", arguments: ["--take", "array"]),
        Setting(name: "send 1 GiB", mode: "send"),
        Setting(name: "send 1 GiB, TLS 1.3", mode: "send", isTLS: true),
    ]

    func measure(_ bench: Workbench, _ only: String?) throws -> [Row] {
        try settings.filter { isWanted($0.name, only) }.map { setting in
            let count = bench.amount(1 << 30, quick: 1 << 28)
            let peer = setting.mode == "receive" ? ["flood", "--octets", "\(count)"] : ["sink"]
            let ours = Workbench.Contestant(name: "Mailwire", program: "transport", arguments: setting.arguments)
            let results = try bench.takeTurns(
                setting.floors + [ours], .init(mode: setting.mode, count: count, peer: peer, isTLS: setting.isTLS),
                runs: bench.amount(7, quick: 3))
            // A gibibyte's worth, whatever was sent.
            let spreads = try results.map { fields in
                Spread(try fields.map { try $0.processorTime * Double(1 << 30) / Double(count) })
            }
            let best = (0..<setting.floors.count).min { spreads[$0].median < spreads[$1].median } ?? 0
            return Row(
                name: "\(setting.name), processor time", unit: .milliseconds, ours: spreads[spreads.count - 1],
                floor: spreads[best], floorName: setting.floors[best].name, target: setting.target)
        }
    }
}
