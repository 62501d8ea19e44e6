import Octets

/// Octets that wait to be sent, oldest first.
struct OutputQueue {
    private var octets: [UInt8] = []
    private var start = 0

    /// How many octets wait.
    var count: Int { octets.count - start }

    /// Whether none waits.
    var isEmpty: Bool { count == 0 }

    mutating func append(_ wire: WireOctets) {
        if isEmpty, octets.isEmpty {
            octets = wire.octets
        } else {
            // A queue that never runs empty must not keep all it ever sent.
            if start >= Self.compaction, start >= count {
                octets.removeFirst(start)
                start = 0
            }
            octets.append(contentsOf: wire.octets)
        }
    }

    /// Lends what waits to `write`, and drops what it says it wrote.
    mutating func flush(_ write: (UnsafeRawBufferPointer) -> SocketChannel.WriteOutcome) -> SocketChannel.WriteOutcome {
        while !isEmpty {
            // Holds: the octets are lent for the closure alone.
            let outcome = unsafe octets.withUnsafeBytes { bytes in
                unsafe write(UnsafeRawBufferPointer(rebasing: bytes[start...]))
            }
            guard case .wrote(let written) = outcome else { return outcome }
            start += written
        }
        removeAll()
        return .wrote(0)
    }

    mutating func removeAll() {
        start = 0
        // An idle connection keeps no large buffer.
        if octets.capacity > 4096 { octets = [] } else { octets.removeAll(keepingCapacity: true) }
    }

    /// Octets that were sent, from which on their room is used again.
    private static let compaction = 64 * 1024
}
