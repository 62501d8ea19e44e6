import Glibc

/// Runs trials, as many at once as there are processors.
enum Workers {
    /// How long a trial may take before it counts as hanging; the promise is 5 seconds.
    static let patience: Duration = .seconds(5)

    static func run(_ trials: [Trial], _ note: @escaping (TrialResult) -> Void = { _ in }) async -> Tally {
        var tally = Tally()
        var waiting = trials[...]
        await withTaskGroup(of: TrialResult.self) { tasks in
            for trial in waiting.prefix(max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 2)) {
                waiting.removeFirst()
                tasks.addTask { trial.run(within: patience) }
            }
            while let result = await tasks.next() {
                tally.add(result)
                note(result)
                if result.verdict.isBad { tell(result) }
                if let trial = waiting.popFirst() { tasks.addTask { trial.run(within: patience) } }
            }
        }
        return tally
    }

    private static func tell(_ result: TrialResult) {
        let settings = result.trial.environment.filter { $0.key != "LD_PRELOAD" }
            .map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        print("BAD \(result.trial.name): \(result.verdict.text)")
        print("    \(settings) \(result.trial.arguments.joined(separator: " "))")
        for line in result.output.split(separator: "\n").suffix(12) { print("    | \(line)") }
    }
}
