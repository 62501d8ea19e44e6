/// How often an operation asks for memory: counted, so that the figure is the same on every machine. The floor's are OpenSSL's own.
struct AllocationSuite: Suite {
    let thresholds: Thresholds

    private struct Operation {
        let name: String
        let mode: String
        let peer: [String]
        let count: Int
        var isTLS = false
        /// What one is, of the program's count.
        var unit = 1
        var arguments: [String] = []
    }

    private let operations = [
        Operation(name: "round trip", mode: "roundtrip", peer: ["echo"], count: 2000),
        Operation(name: "round trip, TLS", mode: "roundtrip", peer: ["echo"], count: 2000, isTLS: true),
        Operation(name: "connection", mode: "connect", peer: ["brief"], count: 700),
        Operation(name: "connection with handshake", mode: "connect", peer: ["brief"], count: 700, isTLS: true),
        Operation(
            name: "64 KiB sent", mode: "send", peer: ["sink"], count: 1 << 28, unit: 1 << 16),
    ]

    func measure(_ bench: Workbench, _ only: String?) throws -> [Row] {
        try operations.compactMap { operation -> Row? in
            guard isWanted("allocations, \(operation.name)", only) else { return nil }
            let (peer, port) = try bench.peer(operation.peer, isTLS: operation.isTLS)
            defer { peer.end() }
            let ours = try allocations(of: operation, by: "transport", bench, port)
            let floor = try allocations(of: operation, by: "floor", bench, port)
            return Row(
                name: "allocations, \(operation.name)", unit: .pieces, ours: Spread([ours]), floor: Spread([floor]),
                target: .beyond(try thresholds[operation.name]))
        }
    }

    private func allocations(
        of operation: Operation, by program: String, _ bench: Workbench, _ port: String
    ) throws -> Double {
        let child = try bench.start(
            program,
            bench.arguments(operation.mode, port, operation.count, isTLS: operation.isTLS, operation.arguments),
            processor: 1, environment: ["BENCH_COUNT_ALLOCATIONS=1"])
        let fields = try child.fields()
        return try fields["allocations"] / fields["count"] * Double(operation.unit)
    }
}
