import CMeasuring
import MailTransport
import Octets

/// A protocol's own functions, as an extension has them: they run on the connection's loop.
extension Connection {
    /// One octet there, one back, `count` times.
    func exchange(_ count: Int) async throws {
        for _ in 0..<count {
            try await send([ASCII.lf])
            guard try await receive({ $0.count }) == 1 else { throw Wishes.Unknown(word: "not one octet came back") }
        }
    }

    /// Everything that the peer sends, looked at in place; how many octets.
    func drain() async throws -> Int {
        var total = 0
        while let count = try await receive({ $0.count }) { total += count }
        return total
    }

    /// The same, each piece taken out as an array.
    func drainArrays() async throws -> Int {
        var total = 0
        while true {
            let piece = try await receive()
            if piece.isEmpty { return total }
            total += piece.count
        }
    }

    /// Sends `count` octets, a block at a time.
    func pour(_ count: Int, block: [UInt8]) async throws {
        var sent = 0
        while sent < count {
            try await send(block)
            sent += block.count
        }
        try await flush()
    }

    /// Notes how long ago each time stamp that arrives was sent.
    func noteWakeUps(in samples: Samples) async throws {
        while true {
            let count = try await receive { octets in
                let now = monotonic_ns()
                var stamp: UInt64 = 0
                for index in (0..<min(octets.count, 8)).reversed() { stamp = stamp << 8 | UInt64(octets[index]) }
                samples.add(now - Int64(bitPattern: stamp))
                return octets.count
            }
            if count == nil { return }
        }
    }

    /// Exchanges an octet every `pause` until `end`, and notes how long each exchange took.
    func probe(every pause: Duration, until end: Int64, into samples: Samples) async throws {
        while monotonic_ns() < end {
            let began = monotonic_ns()
            try await exchange(1)
            samples.add(monotonic_ns() - began)
            try await Task.sleep(for: pause)
        }
    }
}
