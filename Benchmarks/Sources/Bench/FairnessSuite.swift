/// One connection floods; 99 quiet ones on the same loop must be answered all the same.
struct FairnessSuite: Suite {
    func measure(_ bench: Workbench, _ only: String?) throws -> [Row] {
        try [false, true].flatMap { (isTLS: Bool) -> [Row] in
            let name = "answer beside a flood\(isTLS ? ", TLS" : "")"
            guard isWanted(name, only) else { return [Row]() }
            let (flood, floodPort) = try bench.peer(["flood"], isTLS: isTLS)
            defer { flood.end() }
            let (echo, port) = try bench.peer(["echo"], isTLS: isTLS)
            defer { echo.end() }
            var fields: [Fields] = []
            for _ in 0..<bench.amount(3, quick: 1) {
                let arguments = bench.arguments(
                    "fairness", port, bench.amount(5, quick: 2), isTLS: isTLS, ["--flood", floodPort])
                fields.append(try bench.start("transport", arguments, processor: 1).fields())
            }
            return [
                Row(
                    name: "\(name), 99th percentile", unit: .milliseconds,
                    ours: Spread(try fields.map { try $0["answer_p99"] }), target: .most(20_000_000)),
                Row(
                    name: "\(name), median", unit: .milliseconds, ours: Spread(try fields.map { try $0["answer_p50"] })),
            ]
        }
    }
}
