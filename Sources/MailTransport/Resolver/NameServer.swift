import Octets

/// A DNS server to ask.
public struct NameServer: Sendable, Hashable, CustomStringConvertible {
    /// Its literal IPv4 or IPv6 address.
    public let address: String
    /// Its port, for UDP and TCP.
    public let port: UInt16

    /// The server at a literal address and port, 53 by default.
    public init(_ address: String, port: UInt16 = 53) {
        self.address = address
        self.port = port
    }

    /// `address:port`, IPv6 in brackets.
    public var description: String {
        (address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)").escapedForDisplay
    }
}
