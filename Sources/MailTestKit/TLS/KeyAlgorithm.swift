/// The kind and size of a test's private key.
public enum KeyAlgorithm: Sendable, Hashable {
    /// ECDSA over P-256.
    case p256
    /// ECDSA over P-384.
    case p384
    /// Ed25519 (RFC 8410).
    case ed25519
    /// RSA with so many bits. Making one takes long, so that a process makes few and uses them again.
    case rsa(bits: UInt)
}
