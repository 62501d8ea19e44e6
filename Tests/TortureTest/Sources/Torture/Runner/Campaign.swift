/// All trials of the three protocols.
struct Campaign {
    let shim: String
    let isQuick: Bool
    let filter: String

    /// What each kind of trial needs on the other side.
    private let small: SessionServers
    private let large: SessionServers
    private static let few = SampleMessage(lines: 40)
    private static let many = SampleMessage(lines: 10_500)

    init(shim: String, isQuick: Bool, filter: String) throws {
        self.shim = shim
        self.isQuick = isQuick
        self.filter = filter
        small = try SessionServers(Self.few)
        large = try SessionServers(Self.many)
    }

    /// Runs it all; false where anything was not as it should be.
    func run() async -> Bool {
        let began = ContinuousClock.now
        var total = Tally()
        for section in [errors, storms, memory, clock, exits] { total.add(await section()) }
        for (kind, count) in total.kinds.sorted(by: { $0.key < $1.key }) { print("  \(kind) \(count)") }
        let spent = Int((ContinuousClock.now - began) / .seconds(1))
        print("torture: \(total.line) (\(spent) s)")
        return total.isClean
    }

    private func wants(_ section: String) -> Bool { filter.isEmpty || section.contains(filter) }

    private func sessions(_ servers: SessionServers, _ message: SampleMessage) -> [(name: String, arguments: [String])]
    {
        MailProtocol.allCases.flatMap { mailProtocol in
            Channel.allCases.map { channel in
                (
                    "\(mailProtocol) \(channel)",
                    [
                        "session", mailProtocol.rawValue, channel.rawValue, "\(servers.port(mailProtocol, channel))",
                        servers.roots, "\(message.lines)",
                    ]
                )
            }
        }
    }

    // MARK: Every call fails once

    /// Each call that can fail with an error does, one a run; then it and all behind it.
    private func errors() async -> Tally {
        var total = Tally()
        for (name, arguments) in sessions(large, Self.many) where wants("errors \(name)") {
            var tally = Tally()
            for fault in Fault.all {
                let calls = await count(arguments, fault, name)
                for times in isQuick ? [1] : [1, 0] {
                    let trials = turns(calls).map { turn in
                        trial("\(name) \(fault.name) at \(turn)", arguments, fault, at: turn, times: times)
                    }
                    tally.add(await Workers.run(trials))
                }
            }
            print("errors, \(name): \(tally.line)")
            total.add(tally)
        }
        return total
    }

    private func trial(_ name: String, _ arguments: [String], _ fault: Fault, at turn: Int, times: Int) -> Trial {
        let environment = [
            "LD_PRELOAD": shim, "FAULT_NAME": fault.name, "FAULT_ERRNO": "\(fault.number)", "FAULT_AT": "\(turn)",
            "FAULT_TIMES": "\(times)",
        ]
        return Trial(name: name, arguments: arguments, environment: environment) { report in
            if report.number("hits") == 0, report["outcome"] != "success" {
                return "it failed without a fault: \(report["text"])"
            }
            if fault.isHarmless, times == 1, report["outcome"] != "success" {
                return "\(fault.name) at \(report["call"]) ends the session: \(report["text"])"
            }
            if report["outcome"] == "error", report["transport"].isEmpty {
                return "\(fault.name) at \(report["call"]) is not told: \(report["text"])"
            }
            // A deadline that has to find out means that nobody noticed.
            if report["transport"] == "timedOut", fault.name != "ETIMEDOUT" {
                return "\(fault.name) at \(report["call"]) was met by a deadline alone: \(report["text"])"
            }
            return nil
        }
    }

    /// How many calls of a whole session can fail so.
    private func count(_ arguments: [String], _ fault: Fault, _ name: String) async -> Int {
        let trial = trial("\(name) \(fault.name) counted", arguments, fault, at: 0, times: 1)
        var calls = 0
        _ = await Workers.run([trial]) { calls = $0.report.number("calls") }
        return calls
    }

    /// Which of `calls` calls fail: each, and a few beyond, since no two sessions are the same; some, where it must be quick.
    private func turns(_ calls: Int) -> [Int] {
        guard calls > 0 else { return [] }
        guard isQuick else { return Array(1...(calls + 2)) }
        return Set([1, calls / 3, calls * 2 / 3, calls]).filter { $0 > 0 }.sorted()
    }

    // MARK: Every call is in the way

    /// Interrupted calls, single octets, calls that would block and wake-ups for nothing: the session must not notice.
    private func storms() async -> Tally {
        let storms: [[String: String]] = [
            ["FAULT_EINTR": "3", "FAULT_OCTETS": "1"], ["FAULT_EINTR": "2"], ["FAULT_EAGAIN": "2"],
            ["FAULT_SPURIOUS": "2"], ["FAULT_OCTETS": "7"],
            ["FAULT_EINTR": "3", "FAULT_OCTETS": "1", "FAULT_EAGAIN": "3", "FAULT_SPURIOUS": "3"],
        ]
        var trials: [Trial] = []
        for (name, arguments) in sessions(small, Self.few) where wants("storms \(name)") {
            for seed in 0..<(isQuick ? 1 : 20) {
                trials += storms.map { storm in
                    let own = ["LD_PRELOAD": shim, "FAULT_NAME": "storm", "FAULT_SEED": "\(seed)"]
                    let settings = storm.merging(own) { first, _ in first }
                    return Trial(name: "\(name) in a storm", arguments: arguments, environment: settings) { report in
                        if report["outcome"] != "success" { return "the session noticed: \(report["text"])" }
                        let hadHits = report.number("hits") > 0 || storm.keys.allSatisfy { $0 == "FAULT_OCTETS" }
                        return hadHits ? nil : "there was no storm"
                    }
                }
            }
        }
        let tally = await Workers.run(trials)
        print("storms: \(tally.line)")
        return tally
    }

    // MARK: OpenSSL has no memory

    /// OpenSSL's allocations fail, from the first context through the handshake and a mebibyte of data: each one for one protocol, and
    /// many for the others; and so with a server that must not be trusted.
    private func memory() async -> Tally {
        var total = Tally()
        for (name, arguments) in sessions(large, Self.many)
        where wants("memory \(name)") && !name.hasSuffix("plaintext") {
            let tally = await memory(name, Array(arguments.dropFirst()), stride: name == "smtp tls" ? 1 : 5) { report in
                report["transport"] == "timedOut" ? "met by a deadline alone: \(report["text"])" : nil
            }
            total.add(tally)
            guard name == "smtp tls" else { continue }
            var deceived = Array(arguments.dropFirst())
            deceived[3] = small.roots
            total.add(
                await memory("\(name), not to be trusted", deceived, stride: 1) { report in
                    report["outcome"] == "success" ? "a certificate of nobody known was trusted" : nil
                })
        }
        return total
    }

    private func memory(
        _ name: String, _ session: [String], stride: Int, _ judge: @escaping @Sendable (Report) -> String?
    ) async -> Tally {
        var calls = 0
        let counted = Trial(
            name: "\(name) counted", arguments: ["memory", "\(Int32.max)", "1"] + session, environment: [:])
        _ = await Workers.run([counted]) { calls = $0.report.number("calls") }
        let step = isQuick ? max(calls / 12, 1) : stride
        let trials = (0..<calls).flatMap { index -> [Trial] in
            guard index % step == 0 else { return [] }
            // One of them, and from time to time all that come behind it.
            return (!isQuick && index % (step * 5) == 0 ? ["1", "1000000"] : ["1"]).map { times in
                Trial(
                    name: "\(name) without memory at \(index + 1)",
                    arguments: ["memory", "\(index + 1)", times] + session, environment: [:], judge: judge)
            }
        }
        let tally = await Workers.run(trials)
        print("memory, \(name), \(calls) allocations: \(tally.line)")
        return tally
    }

    // MARK: The wall clock jumps

    private func clock() async -> Tally {
        guard wants("clock") else { return Tally() }
        let trials = ["3600", "-3600"].map { jump in
            Trial(
                name: "the wall clock is set by \(jump) s", arguments: ["deadline", "\(small.silentPort)", "1000"],
                environment: ["LD_PRELOAD": shim, "FAULT_CLOCK": jump, "FAULT_CLOCK_AFTER": "300"]
            ) { report in
                if report["kind"] != "timedOut" { return "no deadline passed: \(report.values)" }
                // Between the two readings a few seconds pass at most.
                if abs(report.number("jump") - (Int(jump) ?? 0)) > 10 {
                    return "the clock did not jump: \(report.values)"
                }
                return report.number("milliseconds") < 1000 ? "the deadline came early: \(report.values)" : nil
            }
        }
        let tally = await Workers.run(trials)
        print("clock: \(tally.line)")
        return tally
    }

    // MARK: The process ends

    private func exits() async -> Tally {
        guard wants("exits") else { return Tally() }
        var arguments: [String] = []
        for mailProtocol in MailProtocol.allCases {
            for channel in Channel.allCases { arguments.append("\(small.port(mailProtocol, channel))") }
        }
        let trials = (0..<(isQuick ? 10 : 100)).map { number in
            var trial = Trial(
                name: "exit during traffic",
                arguments: ["exit", "\(3 + number * 7 % 300)", small.roots, "\(Self.few.lines)"] + arguments,
                environment: [:])
            trial.reports = false
            return trial
        }
        let tally = await Workers.run(trials)
        print("exit: \(tally.line)")
        return tally
    }
}
