/// The tag of a capability in the answer to CAPA (RFC 2449 §5).
///
/// Compared without case; tags that nobody here knows are as good as any other.
public struct POP3Capability: Sendable, Hashable, CustomStringConvertible {
    /// The tag as it was given.
    public let rawName: String
    /// The tag in upper case, which alone is compared.
    public let canonicalName: String

    /// The capability of that tag, in any case.
    public init(_ name: String) {
        rawName = name
        canonicalName = name.uppercased()
    }

    /// TOP (RFC 2449 §6.1).
    public static let top = POP3Capability("TOP")
    /// USER and PASS (RFC 2449 §6.2).
    public static let user = POP3Capability("USER")
    /// AUTH, with the mechanisms as parameters (RFC 5034 §3).
    public static let sasl = POP3Capability("SASL")
    /// Text that begins with `[` begins with a response code (RFC 2449 §6.4).
    public static let responseCodes = POP3Capability("RESP-CODES")
    /// The least time between logins (RFC 2449 §6.5).
    public static let loginDelay = POP3Capability("LOGIN-DELAY")
    /// Several commands in one write (RFC 2449 §6.6).
    public static let pipelining = POP3Capability("PIPELINING")
    /// How long messages stay (RFC 2449 §6.7).
    public static let expire = POP3Capability("EXPIRE")
    /// UIDL (RFC 2449 §6.8).
    public static let uidl = POP3Capability("UIDL")
    /// Who the server is (RFC 2449 §6.9).
    public static let implementation = POP3Capability("IMPLEMENTATION")
    /// An upgrade to TLS (RFC 2595 §4).
    public static let startTLS = POP3Capability("STLS")
    /// Only failures with the code AUTH are about credentials (RFC 3206 §6).
    public static let authResponseCode = POP3Capability("AUTH-RESP-CODE")
    /// UTF-8 in messages, and in names and passwords where it has the parameter USER (RFC 6856 §2).
    public static let utf8 = POP3Capability("UTF8")

    /// The tag as it was given.
    public var description: String { rawName }

    /// Compares the canonical names.
    public static func == (left: POP3Capability, right: POP3Capability) -> Bool {
        left.canonicalName == right.canonicalName
    }

    /// Hashes the canonical name.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}
