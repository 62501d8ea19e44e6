import COpenSSL

extension TLSSession {
    /// The channel binding of a type; nil where the type is not defined for this connection.
    func channelBinding(_ kind: ChannelBinding.Kind) -> ChannelBinding? {
        let octets =
            switch kind {
            case .tlsExporter: exporter
            case .tlsUnique: firstFinished
            case .tlsServerEndPoint: certificateHash
            }
        return octets.map { ChannelBinding(kind: kind, octets: $0) }
    }

    private var isTLS13: Bool { unsafe SSL_version(session) >= TLS1_3_VERSION }

    private var hasExtendedMasterSecret: Bool { unsafe mailwire_SSL_has_extended_master_secret(session) == 1 }

    /// RFC 9266 §2.
    private var exporter: [UInt8]? {
        guard isTLS13 || hasExtendedMasterSecret else { return nil }
        let label = "EXPORTER-Channel-Binding"
        var material = [UInt8](repeating: 0, count: 32)
        // Holds: all lengths are those of what is lent for the call. An empty context is given, not none: they differ in TLS 1.2.
        let code = unsafe SSL_export_keying_material(
            session, &material, material.count, label, label.utf8.count, [], 0, 1)
        return code == 1 ? material : nil
    }

    /// RFC 5929 §3.1: the client's in a full handshake, the server's in an abbreviated one.
    private var firstFinished: [UInt8]? {
        guard !isTLS13, !isResumed || hasExtendedMasterSecret else { return nil }
        var message = [UInt8](repeating: 0, count: 64)
        // Holds: the room is as long as is said; what comes back is the message's whole length.
        let count =
            isResumed
            ? unsafe SSL_get_peer_finished(session, &message, message.count)
            : unsafe SSL_get_finished(session, &message, message.count)
        return (1...message.count).contains(count) ? Array(message[..<count]) : nil
    }

    /// RFC 5929 §4.1.
    private var certificateHash: [UInt8]? {
        var digest: Int32 = 0
        // Holds: the session owns the certificate; the digest is a static object.
        guard let certificate = unsafe SSL_get0_peer_certificate(session),
            unsafe X509_get_signature_info(certificate, &digest, nil, nil, nil) == 1, digest != NID_undef
        else { return nil }
        let isBroken = digest == NID_md5 || digest == NID_sha1 || digest == NID_md5_sha1
        guard let name = unsafe OBJ_nid2sn(isBroken ? NID_sha256 : digest),
            let function = unsafe EVP_get_digestbyname(name)
        else { return nil }
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        // Holds: the room is what the longest digest takes.
        guard unsafe X509_digest(certificate, function, &hash, &count) == 1 else { return nil }
        return Array(hash.prefix(Int(count)))
    }
}
