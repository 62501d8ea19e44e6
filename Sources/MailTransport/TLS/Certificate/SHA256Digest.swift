import COpenSSL

/// SHA-256 (FIPS 180-4).
enum SHA256Digest {
    /// The digest of `octets`: 32 octets.
    static func of(_ octets: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        // Holds: both arrays are as long as is said, during the call.
        _ = unsafe SHA256(octets, octets.count, &digest)
        return digest
    }
}
