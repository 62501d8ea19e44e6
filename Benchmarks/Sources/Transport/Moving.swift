import MailTransport

private let warmUp = 1000

/// One octet there, one back.
func roundTrips(_ wishes: Wishes) async throws {
    try await Connection.withConnection(to: wishes.endpoint(), configuration: wishes.configuration) { connection in
        try await connection.exchange(warmUp)
        let before = Figures.now
        if wishes["from"] == "task" {
            // From a task that lives elsewhere: each call hops to the loop and back.
            for _ in 0..<wishes.count { try await connection.exchange(1) }
        } else {
            try await connection.exchange(wishes.count)
        }
        print("count=\(wishes.count) \(Figures.now.since(before))")
    }
}

/// All that the peer sends.
func receiveAll(_ wishes: Wishes) async throws {
    try await Connection.withConnection(to: wishes.endpoint(), configuration: wishes.configuration) { connection in
        let before = Figures.now
        let total = wishes["take"] == "array" ? try await connection.drainArrays() : try await connection.drain()
        guard total == wishes.count else { throw Wishes.Unknown(word: "\(total) octets instead of \(wishes.count)") }
        print("count=\(total) \(Figures.now.since(before))")
    }
}

/// `count` octets to a peer that reads them.
func sendAll(_ wishes: Wishes) async throws {
    let block = [UInt8](repeating: 109, count: 64 * 1024)
    try await Connection.withConnection(to: wishes.endpoint(), configuration: wishes.configuration) { connection in
        let before = Figures.now
        try await connection.pour(wishes.count, block: block)
        print("count=\(wishes.count) \(Figures.now.since(before))")
    }
}
