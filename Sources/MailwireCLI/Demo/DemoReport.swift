import Glibc

/// Tells the steps of a demonstration as they are done, each with the time it took.
final class DemoReport {
    /// One step that held.
    struct Step {
        let title: String
        let detail: String
        let milliseconds: Double
    }

    private let showsProgress: Bool
    private(set) var steps: [Step] = []
    /// The step that was begun and has not held yet.
    private(set) var current: String?
    private let began = ContinuousClock.now

    /// A report that prints each step as it is done; silent where a program will read the whole.
    init(showsProgress: Bool) {
        self.showsProgress = showsProgress
    }

    /// Does a step, and tells it with what `body` says of it.
    func step<Value>(
        _ title: String, _ body: () async throws -> (Value, String)
    ) async throws -> Value {
        let start = ContinuousClock.now
        current = title
        let (value, detail) = try await body()
        add(title, detail, since: start)
        return value
    }

    /// Tells a step that was timed elsewhere.
    func add(_ title: String, _ detail: String, since start: ContinuousClock.Instant) {
        current = nil
        let step = Step(title: title, detail: detail, milliseconds: Self.milliseconds(ContinuousClock.now - start))
        steps.append(step)
        guard showsProgress else { return }
        let time = Self.text(step.milliseconds)
        print(" ✓ \(title)\(String(repeating: " ", count: max(1, 34 - title.count)))\(time)  \(detail)")
        // A report that is piped is to be seen as it grows; nil means all streams.
        fflush(nil)
    }

    /// The milliseconds since the report began.
    var total: Double { Self.milliseconds(ContinuousClock.now - began) }

    /// Milliseconds with one decimal, right-aligned in ten columns.
    static func text(_ milliseconds: Double) -> String {
        let tenths = Int((milliseconds * 10).rounded())
        let number = "\(tenths / 10).\(tenths % 10) ms"
        return String(repeating: " ", count: max(0, 10 - number.count)) + number
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1000 + Double(attoseconds) / 1e15
    }
}

extension DemoReport {
    /// The report as one JSON object: every step with its milliseconds, and the failure or null.
    func json(failure: String?) -> String {
        let steps = steps.map { step in
            JSONValue.object([
                .init("step", .string(step.title)), .init("detail", .string(step.detail)),
                .init("milliseconds", .integer(Int(step.milliseconds.rounded()))),
            ])
        }
        return JSONValue.object([
            .init("ok", .boolean(failure == nil)), .init("steps", .array(steps)), .init("failure", JSONValue(failure)),
            .init("milliseconds", .integer(Int(total.rounded()))),
        ]).text
    }
}
