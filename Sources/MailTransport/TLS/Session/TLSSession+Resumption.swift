import COpenSSL

extension TLSSession {
    /// Offers to resume an earlier connection's session, where there is one.
    func offerSession() {
        guard let known = plan.context.sessions?.take(plan.sessionKey) else { return }
        // Holds: the session counts its own reference to what it resumes.
        if unsafe SSL_set_session(session, known.pointer) == 1 { offered = known }
    }

    /// Whether an earlier session was resumed.
    var isResumed: Bool { unsafe SSL_session_reused(session) == 1 }

    /// What was proven of the server: in this handshake, or in the one that it resumes.
    var verifiedPeer: VerifiedPeer {
        if let knownPeer { return knownPeer }
        let peer = isResumed ? offered?.peer ?? freshPeer : freshPeer
        knownPeer = peer
        return peer
    }

    private var freshPeer: VerifiedPeer {
        let trust: TLSInformation.Trust
        var chain: [CertificateReference] = []
        switch (plan.context.configuration.verification, pinned) {
        case (.full, let pin):
            trust = pin.map { .rootAndPin($0) } ?? .root
            // Holds: the session owns the chain.
            chain = unsafe CertificateReference.all(in: SSL_get0_verified_chain(session))
        case (.pinnedKeyAlone, let pin?): trust = .pinnedKeyAlone(pin)
        case (.pinnedKeyAlone, nil), (.insecureNone, _): trust = .insecureNone
        }
        return VerifiedPeer(trust: trust, chain: chain, staple: staple)
    }

    /// A session came that may be resumed later; whether this side keeps it.
    func keep(_ fresh: OpaquePointer) -> Bool {
        guard let sessions = plan.context.sessions, unsafe SSL_SESSION_is_resumable(fresh) == 1 else { return false }
        var ticket: UnsafePointer<UInt8>?
        var length = 0
        // Holds: the session is OpenSSL's, and alive in this call.
        unsafe SSL_SESSION_get0_ticket(fresh, &ticket, &length)
        guard length <= Self.longestTicket else { return false }
        sessions.add(unsafe ResumableSession(owning: fresh, verifiedPeer), for: plan.sessionKey)
        return true
    }

    /// Larger tickets are not kept, in octets.
    private static var longestTicket: Int { 16 * 1024 }
}
