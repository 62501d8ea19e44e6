import Octets

/// A host that offers a service, as an SRV record names it (RFC 2782).
public struct ServiceRecord: Sendable, Hashable {
    /// Lower numbers are tried first.
    public let priority: UInt16
    /// The share of clients among records of the same priority.
    public let weight: UInt16
    /// The host, in lower case and without a dot at its end.
    public let host: String
    /// The port of the service at that host.
    public let port: UInt16

    /// A record of these values.
    public init(priority: UInt16, weight: UInt16, host: String, port: UInt16) {
        self.priority = priority
        self.weight = weight
        self.host = host
        self.port = port
    }

    /// The records in the order a client should try them: by priority, and within one by lot, with chances in proportion to the weights.
    ///
    /// - Parameter generator: where the lots come from.
    public static func ordered<Generator: RandomNumberGenerator>(
        _ records: [ServiceRecord], using generator: inout Generator
    ) -> [ServiceRecord] {
        var ordered: [ServiceRecord] = []
        for priority in Set(records.map(\.priority)).sorted() {
            // Those of weight 0 stand first, so that they have a small chance beside the others.
            var left = records.filter { $0.priority == priority && $0.weight == 0 }
            left += records.filter { $0.priority == priority && $0.weight != 0 }
            var sum = left.reduce(0) { $0 + Int($1.weight) }
            while !left.isEmpty {
                let lot = Int.random(in: 0...sum, using: &generator)
                var running = 0
                let chosen = left.firstIndex { record in
                    running += Int(record.weight)
                    return running >= lot
                }
                let record = left.remove(at: chosen ?? 0)
                sum -= Int(record.weight)
                ordered.append(record)
            }
        }
        return ordered
    }
}
