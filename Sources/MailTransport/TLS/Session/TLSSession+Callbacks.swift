import COpenSSL

extension TLSSession {
    /// Has OpenSSL call back for what `configuration` wants to see; every session of the context must be one of these objects'.
    @unsafe static func installCallbacks(in context: OpaquePointer, for configuration: TLSConfiguration) {
        // Holds: OpenSSL calls these inside calls for a session, whose object is alive then. The context is the caller's.
        switch configuration.verification {
        case .full, .pinnedKeyAlone: unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        case .insecureNone: unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        }
        unsafe SSL_CTX_set_cert_verify_callback(
            context,
            { store, _ in
                guard let raw = unsafe X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
                    let session = unsafe TLSSession.of(OpaquePointer(raw))
                else { return 0 }
                return unsafe session.verify(store) ? 1 : 0
            }, nil)
        if configuration.verification == .full, configuration.revocation.stapling != .insecureIgnored {
            unsafe mailwire_SSL_CTX_ask_for_status(context)
            unsafe mailwire_SSL_CTX_set_status_callback(context) { session, _ in
                guard let session = unsafe TLSSession.of(session) else { return 0 }
                return session.judgeStaple() ? 1 : 0
            }
        }
        if configuration.resumesSessions {
            unsafe mailwire_SSL_CTX_set_session_cache_mode(
                context, Int(SSL_SESS_CACHE_CLIENT) | Int(SSL_SESS_CACHE_NO_INTERNAL))
            unsafe SSL_CTX_sess_set_new_cb(context) { session, fresh in
                guard let session = unsafe TLSSession.of(session), let fresh = unsafe fresh else { return 0 }
                return unsafe session.keep(fresh) ? 1 : 0
            }
        } else {
            unsafe mailwire_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        }
        unsafe SSL_CTX_set_cert_cb(
            context,
            { session, _ in
                // Whatever is configured is in the context already: there is nothing to choose.
                unsafe TLSSession.of(session)?.wasAskedForCertificate = true
                return 1
            }, nil)
        if configuration.insecureKeyLogFile != nil {
            unsafe SSL_CTX_set_keylog_callback(context) { session, line in
                guard let line = unsafe line else { return }
                unsafe TLSSession.of(session)?.plan.context.logKeys(String(cString: line))
            }
        }
    }
}
