import Glibc

/// A version of the Internet Protocol.
public enum AddressFamily: Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// IPv4 (RFC 791).
    case ipv4
    /// IPv6 (RFC 8200).
    case ipv6

    /// `IPv4` or `IPv6`.
    public var description: String {
        switch self {
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        }
    }

    /// The kernel's number for it.
    var number: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        }
    }

    /// The other one.
    var other: AddressFamily {
        switch self {
        case .ipv4: .ipv6
        case .ipv6: .ipv4
        }
    }
}
