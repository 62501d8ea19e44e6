/// Many connections that do nothing, each with a task that waits for what arrives.
struct IdleSuite: Suite {
    private static let page = 4096.0

    func measure(_ bench: Workbench, _ only: String?) throws -> [Row] {
        try [false, true].flatMap { (isTLS: Bool) -> [Row] in
            let suffix = isTLS ? ", TLS" : ""
            let count = bench.amount(10_000, quick: 2000)
            guard isWanted("\(count) idle connections\(suffix)", only) else { return [Row]() }
            var held: [Fields] = []
            var ours: [Fields] = []
            var floors: [Fields] = []
            for _ in 0..<bench.amount(3, quick: 1) {
                floors.append(try hold(bench, "floor", count, isTLS))
                held.append(try hold(bench, "transport", count, isTLS, waits: false))
                ours.append(try hold(bench, "transport", count, isTLS))
            }
            func row(
                _ what: String, _ field: String, _ unit: Row.Unit, _ target: Target?, of fields: [Fields]? = nil
            ) throws -> Row {
                Row(
                    name: "\(count) idle connections\(suffix): \(what)", unit: unit,
                    ours: Spread(try (fields ?? ours).map { try $0[field] }), floor: Spread(try floors.map { try $0[field] }),
                    floorName: "C with epoll", target: target)
            }
            return [
                try row("memory each", "resident", .octets, isTLS ? .beyond(Self.page) : .most(Self.page), of: held),
                // Most of it is Swift's own: a task, and the frames of the functions that it waits in.
                try row("memory each with a task that waits", "resident", .octets, nil),
                try row("heap each", "heap", .octets, nil),
                try row("wake-up, median", "wake_p50", .microseconds, .most(1_000_000)),
                try row("wake-up, 99th percentile", "wake_p99", .microseconds, nil),
                try row("processor time in a second's rest", "rest_cpu", .milliseconds, nil),
            ]
        }
    }

    private func hold(
        _ bench: Workbench, _ program: String, _ count: Int, _ isTLS: Bool, waits: Bool = true
    ) throws -> Fields {
        let (peer, port) = try bench.peer(["hold", "--connections", "\(count)"], isTLS: isTLS)
        defer { peer.end() }
        let wakes = bench.amount(2000, quick: 500)
        let child = try bench.start(
            program, bench.arguments("idle", port, count, isTLS: isTLS, ["--wakes", "\(wakes)"] + (waits ? [] : ["--wait", "no"])),
            processor: 1)
        var fields = Fields()
        while let line = child.line() {
            if line == "ready" {
                peer.send("wake \(wakes) 300")
                break
            }
            fields.read(line)
        }
        while let line = child.line() { fields.read(line) }
        guard child.end() == 0 else { throw Child.Failed(description: "\(program) idle failed") }
        return fields
    }
}
