import Octets

/// A public key by the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 §2.4).
///
/// A key outlives the certificates that are issued for it, so that a pin holds when the certificate is renewed with the same key.
public struct PublicKeyPin: Sendable, Hashable, CustomStringConvertible {
    /// The digest: 32 octets.
    public let sha256: [UInt8]

    /// The pin with this digest; nil where it is not 32 octets long.
    public init?(sha256: [UInt8]) {
        guard sha256.count == 32 else { return nil }
        self.sha256 = sha256
    }

    /// The pin that `text` spells: 32 octets in Base64, with or without `sha256/` or `sha256//` before it, as other programs
    /// print pins; nil where it is none.
    public init?(_ text: String) {
        var digits = text[...]
        for prefix in ["sha256//", "sha256/"] where digits.hasPrefix(prefix) {
            digits = digits.dropFirst(prefix.count)
            break
        }
        guard let octets = Base64.decode(Array(digits.utf8).span) else { return nil }
        self.init(sha256: octets)
    }

    /// The pin of a SubjectPublicKeyInfo in DER.
    init(hashing information: [UInt8]) {
        sha256 = SHA256Digest.of(information)
    }

    /// `sha256/` and the digest in Base64.
    public var description: String { "sha256/" + String(decoding: Base64.encode(sha256.span), as: UTF8.self) }
}
