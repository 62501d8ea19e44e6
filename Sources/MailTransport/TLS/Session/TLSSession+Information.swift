import COpenSSL
import Octets

extension TLSSession {
    /// What the handshake agreed on and proved; made when asked for, so that an idle connection holds nothing of it.
    var information: TLSInformation {
        let peer = verifiedPeer
        // Holds: the chain is the session's.
        return unsafe TLSInformation(
            version: version, cipher: cipher, group: group, applicationProtocol: applicationProtocol,
            isResumed: isResumed, trust: peer.trust,
            peerChain: CertificateReference.all(in: SSL_get_peer_cert_chain(session)).map { PeerCertificate($0) },
            verifiedChain: peer.chain.map { PeerCertificate($0) }, staple: peer.staple,
            clientCertificateRequested: wasAskedForCertificate)
    }

    /// Version, cipher suite and whether a session was resumed, for the trace.
    var summary: String { "\(version) \(cipher)\(isResumed ? ", resumed" : "")" }

    // Holds: static texts.
    private var version: String { unsafe String(cString: SSL_get_version(session)) }
    private var cipher: String { unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(session))) }

    /// The application protocol that the server chose; nil for none.
    var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // Holds: the session owns the name.
        unsafe SSL_get0_alpn_selected(session, &name, &count)
        guard count > 0, let name = unsafe name else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    private var group: String? {
        // Holds: a static text, or NULL for a group that OpenSSL does not know.
        let number = unsafe mailwire_SSL_get_negotiated_group(session)
        guard number != NID_undef, let name = unsafe SSL_group_to_name(session, number) else { return nil }
        return unsafe String(cString: name)
    }
}
