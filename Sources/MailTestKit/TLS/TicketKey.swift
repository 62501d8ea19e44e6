internal import COpenSSL

/// The key that a server seals session tickets with (RFC 5077 §4): servers that share it take each other's tickets.
public struct TicketKey: Sendable, Hashable {
    let octets: [UInt8]

    /// A new key.
    public init() {
        octets = (0..<80).map { _ in UInt8.random(in: 0...255) }
    }
}
