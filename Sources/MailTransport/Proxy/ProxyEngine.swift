import Octets

/// The conversation with a proxy up to the connection it makes, without a socket: `.event` says that the proxy's part is over, and all that is left in
/// `input` then comes from the server.
protocol ProxyEngine: ProtocolEngine where Command == Never, Event == ProxyEvent, Failure == TransportError {}

/// What can happen with a proxy.
enum ProxyEvent: Sendable, Equatable {
    /// The proxy is connected to the server; every octet is now between it and us.
    case connected
}

extension ProxyEngine {
    mutating func tlsEstablished() {}

    mutating func submit(_ command: Never) {}
}
