import CMeasuring
import MailTransport

/// Connects and closes `count` times; says what the later ones left behind.
func connectOften(_ wishes: Wishes) async throws {
    // What is made once and kept: loops, trust, tickets, the allocator's own pools.
    let warmUp = min(500, wishes.count / 2)
    count_allocations()
    try await connect(wishes, warmUp)
    let before = Figures.now
    try await connect(wishes, wishes.count - warmUp)
    let after = Figures.now
    print("count=\(wishes.count - warmUp) \(after.since(before)) \(after.kept(since: before))")
}

private func connect(_ wishes: Wishes, _ count: Int) async throws {
    let endpoint = wishes.endpoint()
    let configuration = wishes.configuration
    for _ in 0..<count {
        try await Connection.withConnection(to: endpoint, configuration: configuration) { _ in }
    }
}
