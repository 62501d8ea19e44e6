/// One run of a subject under one fault.
struct Trial: Sendable {
    let name: String
    let arguments: [String]
    let environment: [String: String]
    /// What a good end looks like, beside that nothing crashes, hangs, leaks or is untyped; a complaint otherwise.
    var judge: @Sendable (Report) -> String? = { _ in nil }
    /// Whether the subject writes a report; it may leave without.
    var reports = true

    /// Runs the subject, and says what came of it.
    func run(within limit: Duration) -> TrialResult {
        guard let child = ChildProcess.run(arguments, environment: environment, within: limit) else {
            return TrialResult(trial: self, verdict: .broken("no process for it"), report: Report())
        }
        let report = child.output.split(separator: "\n").compactMap { Report(line: $0) }.last
        switch child.end {
        case .killed:
            return result(.hang("still running after \(child.duration)"), report, child)
        case .signalled(let signal):
            return result(.crash("signal \(signal)"), report, child)
        case .exited(let code) where code != 0:
            return result(.crash("exit code \(code)"), report, child)
        case .exited:
            break
        }
        // What the runtime says about continuations, and what it writes before it traps.
        for mark in ["CONTINUATION MISUSE", "Fatal error", "Sanitizer", "corrupted", "free():"] {
            if child.output.contains(mark) { return result(.crash("it wrote \(mark)"), report, child) }
        }
        guard reports else { return result(.success, report, child) }
        guard let report else { return result(.broken("no report"), nil, child) }
        if !report["leaked"].isEmpty { return result(.leak(report["leaked"]), report, child) }
        if let complaint = judge(report) { return result(.complaint(complaint), report, child) }
        switch report["outcome"] {
        case "success": return result(.success, report, child)
        case "error": return result(.typedError, report, child)
        default: return result(.complaint("an untyped error: \(report["text"])"), report, child)
        }
    }

    private func result(_ verdict: TrialResult.Verdict, _ report: Report?, _ child: ChildProcess) -> TrialResult {
        var result = TrialResult(trial: self, verdict: verdict, report: report ?? Report())
        if verdict.isBad { result.output = child.output }
        return result
    }
}

/// What came of a trial.
struct TrialResult: Sendable {
    enum Verdict: Sendable {
        case success
        case typedError
        case crash(String)
        case hang(String)
        case leak(String)
        case complaint(String)
        /// The trial itself did not work.
        case broken(String)

        var isBad: Bool {
            switch self {
            case .success, .typedError: false
            default: true
            }
        }

        var text: String {
            switch self {
            case .success: "success"
            case .typedError: "typed error"
            case .crash(let detail): "crash: \(detail)"
            case .hang(let detail): "hang: \(detail)"
            case .leak(let detail): "leaked: \(detail)"
            case .complaint(let detail): detail
            case .broken(let detail): "broken: \(detail)"
            }
        }
    }

    let trial: Trial
    let verdict: Verdict
    let report: Report
    var output = ""
}
