/// What a `FaultProxy` does to one connection, each way on its own: nothing, until something is set.
public struct Faults: Sendable, Hashable {
    /// What happens to octets on their way from the server to the client.
    public var toClient: Direction
    /// What happens to octets on their way from the client to the server.
    public var toServer: Direction

    /// Faults each way.
    public init(toClient: Direction = Direction(), toServer: Direction = Direction()) {
        self.toClient = toClient
        self.toServer = toServer
    }

    /// The same faults both ways.
    public static func bothWays(_ direction: Direction) -> Faults {
        Faults(toClient: direction, toServer: direction)
    }

    /// One of the two ways through a proxy.
    public enum Way: String, Sendable, Hashable, CaseIterable {
        /// From the server to the client.
        case toClient = "to-client"
        /// From the client to the server.
        case toServer = "to-server"
    }

    /// The faults of one way.
    subscript(way: Way) -> Direction {
        switch way {
        case .toClient: toClient
        case .toServer: toServer
        }
    }
}
