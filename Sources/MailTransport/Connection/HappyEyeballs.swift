/// How the addresses of a host are tried (RFC 8305, "Happy Eyeballs").
public struct HappyEyeballs: Sendable, Hashable {
    /// Which family's address is tried first.
    public enum FirstFamily: Sendable, Hashable {
        /// The one that the system's policy puts first (RFC 6724 §6, with the administrator's gai.conf); usually IPv6 where it works.
        case system
        /// This one, where the host has an address of it.
        case family(AddressFamily)
    }

    /// How long an attempt has for itself before the next one begins beside it; 250 milliseconds by default, held within 100 milliseconds and
    /// 2 seconds (RFC 8305 §5). An attempt that fails makes way at once.
    public var attemptDelay: Duration = .milliseconds(250)
    /// How long the addresses of the first family are waited for when the other family's are there; 50 milliseconds by default
    /// (RFC 8305 §3).
    public var resolutionDelay: Duration = .milliseconds(50)
    /// Which family's address is tried first; the system's choice by default.
    public var firstFamily: FirstFamily = .system
    /// How many addresses of the first family are tried before the families alternate; 1 by default, at least 1 (RFC 8305 §4).
    public var firstFamilyCount = 1
    /// How many addresses are tried at most; 64 by default. Of a host's addresses of one family the first 64 are known.
    public var maximumAttempts = 64

    /// The defaults.
    public init() {}

    /// The attempt delay within its bounds.
    var heldAttemptDelay: Duration { min(max(attemptDelay, .milliseconds(100)), .seconds(2)) }

    /// The family whose addresses are worth a short wait.
    var awaitedFamily: AddressFamily {
        switch firstFamily {
        case .system: .ipv6
        case .family(let family): family
        }
    }
}
