import CMeasuring
import MailTransport

/// Connects and closes `count` times; says what the later ones left behind.
func connectOften(_ wishes: Wishes) async throws {
    // What is made once and kept: loops, trust, tickets, the allocator's own pools.
    let warmUp = min(500, wishes.count / 2)
    count_allocations()
    // On a loop: each switch from one to Swift's own pool leaves 72 octets of libdispatch's in the cache of a thread of the pool, which
    // gives them back when it ends.
    let (before, after) = try await withTaskExecutorPreference(try EventLoopGroup(count: 1).next) {
        try await connect(wishes, warmUp)
        let before = Figures.now
        try await connect(wishes, wishes.count - warmUp)
        return (before, Figures.now)
    }
    print("count=\(wishes.count - warmUp) \(after.since(before)) \(after.kept(since: before))")
}

private func connect(_ wishes: Wishes, _ count: Int) async throws {
    let endpoint = wishes.endpoint()
    let configuration = wishes.configuration
    for _ in 0..<count {
        try await Connection.withConnection(to: endpoint, configuration: configuration) { _ in }
    }
}
