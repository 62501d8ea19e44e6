internal import Octets

/// A command in the pieces it must be sent in: behind each but the last the server has to say that it is ready for
/// the next.
struct EncodedCommand: Sendable {
    /// The pieces, one or more.
    var pieces: [WireOctets]
    /// Whether the octets of a message follow behind the last piece, when the server is ready for them or at once.
    var message: Message?

    /// The message behind an APPEND.
    struct Message: Sendable {
        /// How many octets.
        let size: UInt64
        /// Whether the server has to say that it is ready.
        let mustWait: Bool
    }
}

/// How literals can be sent (RFC 7888).
enum LiteralSupport: Sendable, Hashable {
    /// The server has to agree to each.
    case synchronizing
    /// LITERAL-: up to 4096 octets at once.
    case small
    /// LITERAL+: any at once.
    case any

    /// What `capabilities` allow.
    init(_ capabilities: Set<IMAP4Capability>) {
        self =
            capabilities.offers(.literalPlus) ? .any : capabilities.offers(.literalMinus) ? .small : .synchronizing
    }

    /// Whether a literal of `size` octets may be sent at once.
    func sendsAtOnce(_ size: Int) -> Bool {
        switch self {
        case .synchronizing: false
        case .small: size <= 4096
        case .any: true
        }
    }
}
