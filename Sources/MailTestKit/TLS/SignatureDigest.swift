internal import COpenSSL

/// What an authority hashes a certificate with before it signs it, the broken ones included.
public enum SignatureDigest: Sendable, Hashable {
    /// SHA-256.
    case sha256
    /// SHA-384.
    case sha384
    /// SHA-1, for which collisions are made since 2017.
    case sha1
    /// MD5; only keys of RSA sign with it.
    case md5

    /// OpenSSL's object for the digest.
    @unsafe var pointer: OpaquePointer? {
        // Holds: these are static objects of OpenSSL.
        switch self {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha1: unsafe EVP_sha1()
        case .md5: unsafe EVP_md5()
        }
    }
}
