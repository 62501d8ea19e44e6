/// Counts of what came of many trials.
struct Tally: Sendable {
    private(set) var runs = 0
    private(set) var successes = 0
    private(set) var typedErrors = 0
    private(set) var crashes = 0
    private(set) var hangs = 0
    private(set) var leaks = 0
    private(set) var others = 0
    /// How often each fault led to each kind of error.
    private(set) var kinds: [String: Int] = [:]

    var isClean: Bool { crashes + hangs + leaks + others == 0 && runs > 0 }

    mutating func add(_ result: TrialResult) {
        runs += 1
        switch result.verdict {
        case .success: successes += 1
        case .typedError: typedErrors += 1
        case .crash: crashes += 1
        case .hang: hangs += 1
        case .leak: leaks += 1
        case .complaint, .broken: others += 1
        }
        let report = result.report
        let cause = report["transport"].isEmpty ? report["kind"] : report["transport"]
        if report["hits"] != "0", !report["hits"].isEmpty {
            kinds[
                "\(result.trial.environment["FAULT_NAME"] ?? "memory"): \(cause.isEmpty ? "success" : cause)",
                default: 0] += 1
        }
    }

    mutating func add(_ other: Tally) {
        runs += other.runs
        successes += other.successes
        typedErrors += other.typedErrors
        crashes += other.crashes
        hangs += other.hangs
        leaks += other.leaks
        others += other.others
        kinds.merge(other.kinds) { $0 + $1 }
    }

    var line: String {
        "\(runs) runs: \(successes) succeeded, \(typedErrors) ended with a typed error; "
            + "\(crashes) crashes, \(hangs) hangs, \(leaks) leaks, \(others) other complaints"
    }
}
