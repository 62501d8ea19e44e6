extension FaultProxy {
    /// A fault that ended something, as it happened.
    public struct Strike: Sendable, Hashable {
        /// The connection, counted from 1 in the order they were accepted.
        public let connection: Int
        /// The way whose fault it was.
        public let way: Faults.Way
        /// What it did.
        public let ending: Faults.Ending
        /// How many octets had been forwarded that way.
        public let octets: Int
    }

    /// What went one way through a connection.
    public struct Passage: Sendable, Hashable {
        /// How many octets were forwarded; inside TLS where the proxy terminates it.
        public internal(set) var octets = 0
        /// In how many writes.
        public internal(set) var writes = 0
        /// The most octets that the proxy held back at once.
        public internal(set) var peak = 0
    }

    /// How a connection came to its end.
    public enum End: Sendable, Hashable {
        /// Both sides closed it.
        case closed
        /// The client reset it.
        case resetByClient
        /// The server reset it.
        case resetByServer
        /// A fault ended it.
        case struck(Faults.Ending)
        /// The server could not be reached, for this reason. The client got a reset.
        case unreachable(String)
        /// TLS that the proxy terminates did not come about or broke, for this reason.
        case tlsFailed(String)
        /// The proxy was stopped.
        case stopped
    }

    /// What came of one connection until now.
    public struct ConnectionRecord: Sendable, Hashable {
        /// The connection's number, counted from 1 in the order they were accepted.
        public let number: Int
        /// What went from the server to the client.
        public internal(set) var toClient = Passage()
        /// What went from the client to the server.
        public internal(set) var toServer = Passage()
        /// The faults that struck it, in order.
        public internal(set) var strikes: [Strike] = []
        /// How it ended; nil while it has not.
        public internal(set) var end: End?

        init(number: Int) {
            self.number = number
        }
    }

    /// What a proxy has done until now.
    public struct Statistics: Sendable, Hashable {
        /// How many connections were accepted.
        public internal(set) var accepted = 0
        /// How many of them have not ended.
        public internal(set) var open = 0
        /// How many octets were forwarded to clients.
        public internal(set) var octetsToClient = 0
        /// How many octets were forwarded to the server.
        public internal(set) var octetsToServer = 0
        /// How many faults struck.
        public internal(set) var strikeCount = 0
        /// The connections in the order they were accepted; of more than 10,000 the latest.
        public internal(set) var connections: [ConnectionRecord] = []

        /// The faults that struck the `connections`, by connection.
        public var strikes: [Strike] { connections.flatMap(\.strikes) }

        /// Takes the news of a connection.
        mutating func update(_ record: ConnectionRecord) {
            let index = record.number - 1 - (accepted - connections.count)
            guard record.number <= accepted else {
                accepted += 1
                open += 1
                connections.append(ConnectionRecord(number: accepted))
                if connections.count > Self.limit { connections.removeFirst(Self.limit / 10) }
                return update(record)
            }
            // One that is forgotten is still counted when it ends.
            let old = connections.indices.contains(index) ? connections[index] : nil
            if record.end != nil, old?.end == nil { open -= 1 }
            guard let old else { return }
            octetsToClient += record.toClient.octets - old.toClient.octets
            octetsToServer += record.toServer.octets - old.toServer.octets
            strikeCount += record.strikes.count - old.strikes.count
            connections[index] = record
        }

        private static let limit = 10_000
    }

    /// What happens in a proxy.
    public enum Event: Sendable, Hashable {
        /// A client connected. Connections are counted from 1.
        case accepted(connection: Int)
        /// A fault struck.
        case struck(Strike)
        /// A connection ended.
        case ended(ConnectionRecord)
    }
}
