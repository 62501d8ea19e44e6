import CMeasuring
import MailTransport

/// One connection floods, 99 quiet ones on the same loop exchange an octet now and then, for `count` seconds.
func shareLoop(_ wishes: Wishes) async throws {
    guard let flood = wishes["flood"].flatMap(UInt16.init) else { throw Wishes.Unknown(word: "--flood") }
    var configuration = wishes.configuration
    configuration.loops = try EventLoopGroup(count: 1)
    let flooded = try await Connection.connect(to: wishes.endpoint(port: flood), configuration: configuration)
    let drowning = Task { try await flooded.drain() }
    var quiet: [Connection] = []
    for _ in 0..<99 {
        quiet.append(try await Connection.connect(to: wishes.endpoint(), configuration: configuration))
    }
    let samples = Samples()
    let began = Figures.now
    let end = monotonic_ns() + Int64(wishes.count) * 1_000_000_000
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        for connection in quiet {
            tasks.addTask { try await connection.probe(every: .milliseconds(20), until: end, into: samples) }
        }
        try await tasks.waitForAll()
    }
    print(Figures.now.since(began))
    samples.report("answer")
    await flooded.close()
    let total = (try? await drowning.value) ?? 0
    print("flooded=\(total)")
}
