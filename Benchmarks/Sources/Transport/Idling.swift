import CMeasuring
import Glibc
import MailTransport

/// Connections that were made before the memory is measured for the first time: what is shared is theirs.
private let shared = 100

/// Opens `count` connections, each with a task that waits for what arrives, and says what each takes; prints `ready`, and
/// answers as many wake-ups as its standard input says.
func holdIdle(_ wishes: Wishes) async throws {
    let wakes = Int(wishes["wakes"] ?? "") ?? 0
    let samples = Samples(wanted: wakes)
    let waits = wishes["wait"] != "no"
    var connections: [Connection] = []
    connections.reserveCapacity(wishes.count)
    var first = Figures.now
    for index in 0..<wishes.count {
        if index == shared { first = Figures.now }
        let connection = try await Connection.connect(to: wishes.endpoint(), configuration: wishes.configuration)
        connections.append(connection)
        if waits { Task { try await connection.noteWakeUps(in: samples) } }
    }
    try await Task.sleep(for: .milliseconds(300))
    let last = Figures.now
    try await Task.sleep(for: .seconds(1))
    let rested = Figures.now
    let each = Int64(wishes.count - shared)
    print(
        """
        count=\(wishes.count) resident=\((last.resident - first.resident) / each) heap=\((last.heap - first.heap) / each) \
        rest_cpu=\(rested.processorTime - last.processorTime)
        """)
    guard waits else { return withExtendedLifetime(connections) {} }
    await samples.complete {
        print("ready")
        fflush(nil)
    }
    samples.report("wake")
    withExtendedLifetime(connections) {}
}
