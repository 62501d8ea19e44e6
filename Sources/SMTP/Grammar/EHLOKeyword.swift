/// The name of a service extension in the answer to EHLO (RFC 5321 §4.1.1.1, RFC 5321 §2.2).
///
/// Compared without case; names that nobody here knows are as good as any other.
public struct EHLOKeyword: Sendable, Hashable, CustomStringConvertible {
    /// The name as it was given.
    public let rawName: String
    /// The name in upper case, which alone is compared.
    public let canonicalName: String

    /// The keyword of that name, in any case.
    public init(_ name: String) {
        rawName = name
        canonicalName = name.uppercased()
    }

    /// SMTP AUTH (RFC 4954).
    public static let auth = EHLOKeyword("AUTH")
    /// 8-bit octets in the message body (RFC 6152).
    public static let eightBitMIME = EHLOKeyword("8BITMIME")
    /// Enhanced status codes in replies (RFC 2034).
    public static let enhancedStatusCodes = EHLOKeyword("ENHANCEDSTATUSCODES")
    /// Several commands in one write (RFC 2920).
    public static let pipelining = EHLOKeyword("PIPELINING")
    /// The size of a message declared beforehand (RFC 1870).
    public static let size = EHLOKeyword("SIZE")
    /// UTF-8 in addresses and header fields (RFC 6531).
    public static let smtputf8 = EHLOKeyword("SMTPUTF8")
    /// An upgrade to TLS (RFC 3207).
    public static let startTLS = EHLOKeyword("STARTTLS")

    /// The name as it was given.
    public var description: String { rawName }

    /// Compares the canonical names.
    public static func == (left: EHLOKeyword, right: EHLOKeyword) -> Bool { left.canonicalName == right.canonicalName }

    /// Hashes the canonical name.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}
