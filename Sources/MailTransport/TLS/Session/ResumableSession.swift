import COpenSSL

/// A session that a later connection may resume (RFC 8446 §2.2, RFC 5077).
final class ResumableSession: Sendable {
    /// What the full handshake behind it proved.
    let peer: VerifiedPeer
    /// When it is used no more: seconds since 1970.
    let expiry: Int64
    /// Whether it is for one connection, so that nobody on the way can tell that two are the same client's (RFC 8446 appendix C.4).
    let isForOneUse: Bool
    private let bits: UInt

    /// Takes the ownership of `session`.
    @unsafe init(owning session: OpaquePointer, _ peer: VerifiedPeer) {
        // Holds: the caller vouches for the session, which is only read from here on.
        bits = UInt(bitPattern: session)
        self.peer = peer
        isForOneUse = unsafe SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION
        let lifetime = min(Int64(unsafe SSL_SESSION_get_timeout(session)), Self.longestLife)
        expiry = min(Int64(unsafe SSL_SESSION_get_time(session)) + max(lifetime, 0), peer.validUntil)
    }

    deinit {
        unsafe SSL_SESSION_free(pointer)
    }

    /// Whether it may be used at `now`; OpenSSL gives up a session whose connection ended without a goodbye.
    func isGood(at now: Int64) -> Bool { expiry > now && (unsafe SSL_SESSION_is_resumable(pointer) == 1) }

    /// The session, valid as long as this object.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }

    /// A day. RFC 8446 §4.6.1 allows a week, but a certificate that is revoked meanwhile should not be trusted for so long.
    private static let longestLife: Int64 = 86_400
}
