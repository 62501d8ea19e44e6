import COpenSSL

@testable import MailTransport

/// The digest of `octets` by OpenSSL's name of a hash function.
func hash(_ octets: [UInt8], _ name: String) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    // Holds: the arrays are as long as is said, during the call.
    unsafe EVP_Digest(octets, octets.count, &digest, &count, EVP_get_digestbyname(name), nil)
    return Array(digest.prefix(Int(count)))
}

extension TLSContext {
    /// Has later sessions of this context do without the extended master secret (RFC 7627), as an old server would.
    func forbidExtendedMasterSecret() {
        guard let session = unsafe try? makeSession() else { return }
        // Holds: the context belongs to the session, which is freed here. SSL_OP_NO_EXTENDED_MASTER_SECRET, a macro.
        unsafe SSL_CTX_set_options(SSL_get_SSL_CTX(session), 1)
        unsafe SSL_free(session)
    }
}
