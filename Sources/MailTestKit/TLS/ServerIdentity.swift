internal import COpenSSL

/// A certificate with its key, and the TLS settings of a server that has them.
public final class ServerIdentity: Sendable {
    /// The certificate.
    public let certificate: TestCertificate
    /// How it is served.
    public let settings: ServerTLSSettings

    /// The certificate in PEM.
    public var certificatePEM: String { certificate.pem }
    /// Its private key in PEM, unencrypted.
    public var privateKeyPEM: String { certificate.privateKeyPEM }

    /// The bits of an SSL_CTX that is not changed any more; OpenSSL counts and locks what sessions share of it.
    private let bits: UInt

    /// A server that has `certificate` and speaks TLS as `settings` say.
    ///
    /// - Throws: what OpenSSL would not do.
    public init(
        _ certificate: TestCertificate, _ settings: ServerTLSSettings = ServerTLSSettings()
    ) throws(TestTLSError) {
        self.certificate = certificate
        self.settings = settings
        // Holds: the context is freed in deinit alone and counts its own references to certificates and key.
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { throw TestTLSError("set TLS up") }
        bits = UInt(bitPattern: context)
        unsafe mailwire_SSL_CTX_set_min_proto_version(context, settings.versions.lowerBound.number)
        unsafe mailwire_SSL_CTX_set_max_proto_version(context, settings.versions.upperBound.number)
        unsafe mailwire_SSL_CTX_set_mode(
            context, Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // What is weak is the client's to refuse.
        unsafe SSL_CTX_set_security_level(context, 0)
        try chooseAlgorithms()
        guard unsafe SSL_CTX_use_certificate(context, certificate.certificate.pointer) == 1,
            unsafe SSL_CTX_use_PrivateKey(context, certificate.key.pointer) == 1
        else { throw TestTLSError("use the certificate") }
        for intermediate in settings.sendsIntermediates ? certificate.intermediates : [] {
            guard unsafe mailwire_SSL_CTX_add1_chain_cert(context, intermediate.certificate.pointer) == 1 else {
                throw TestTLSError("use the intermediates")
            }
        }
        try chooseResumption()
        try askForClientCertificate()
        unsafe ServerHandshakeRecorder.install(in: OpaquePointer(bitPattern: bits), settings)
    }

    deinit {
        unsafe SSL_CTX_free(OpaquePointer(bitPattern: bits))
    }

    /// The same certificate served with other settings.
    ///
    /// - Throws: what OpenSSL would not do.
    public func serving(_ change: (inout ServerTLSSettings) -> Void) throws(TestTLSError) -> ServerIdentity {
        try ServerIdentity(certificate, settings.with(change))
    }

    /// A new session on the server's side, owned by the caller; nil where OpenSSL has no memory.
    @unsafe func makeSession() -> OpaquePointer? {
        // Holds: the context is alive, and the session keeps what it needs alive by a count of its own.
        unsafe SSL_new(OpaquePointer(bitPattern: bits))
    }

    // MARK: Settings

    private func chooseAlgorithms() throws(TestTLSError) {
        // Holds: the context is alive; the texts are NUL-terminated for the calls and copied by OpenSSL.
        let context = unsafe OpaquePointer(bitPattern: bits)
        if let list = settings.cipherList, unsafe SSL_CTX_set_cipher_list(context, list) != 1 {
            throw TestTLSError("choose the ciphers \(list)")
        }
        if let suites = settings.cipherSuites, unsafe SSL_CTX_set_ciphersuites(context, suites) != 1 {
            throw TestTLSError("choose the cipher suites \(suites)")
        }
        if let groups = settings.groups, unsafe mailwire_SSL_CTX_server_groups_list(context, groups) != 1 {
            throw TestTLSError("choose the groups \(groups)")
        }
    }

    private func chooseResumption() throws(TestTLSError) {
        // Holds: the context is alive; what is set is copied by OpenSSL.
        let context = unsafe OpaquePointer(bitPattern: bits)
        var isSet = true
        switch settings.resumption {
        case .none:
            // Tickets would be written where a script says nothing of it.
            isSet = unsafe SSL_CTX_set_num_tickets(context, 0) == 1
            unsafe SSL_CTX_set_options(context, UInt64(1) << 14 /* SSL_OP_NO_TICKET */)
            unsafe mailwire_SSL_CTX_server_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        case .tickets(let key, let count):
            var octets = key.octets
            isSet = unsafe mailwire_SSL_CTX_set_ticket_keys(context, &octets, octets.count) == 1
            isSet = unsafe SSL_CTX_set_num_tickets(context, max(count, 0)) == 1 && isSet
            // Tickets invite to early data, which no client here takes up. Against replay OpenSSL would remember who had which
            // ticket, and other servers with the same key would not take them.
            isSet = unsafe SSL_CTX_set_max_early_data(context, 16_384) == 1 && isSet
            unsafe SSL_CTX_set_options(context, UInt64(1) << 24 /* SSL_OP_NO_ANTI_REPLAY */)
        case .remembered:
            unsafe SSL_CTX_set_options(context, UInt64(1) << 14 /* SSL_OP_NO_TICKET */)
        }
        // The same for all servers, so that nothing but the key decides whose tickets a server takes.
        isSet = unsafe SSL_CTX_set_session_id_context(context, "mailwire", 8) == 1 && isSet
        guard isSet else { throw TestTLSError("set resumption up") }
    }

    private func askForClientCertificate() throws(TestTLSError) {
        let trusted: TestCertificateAuthority
        var mode = SSL_VERIFY_PEER
        switch settings.clientCertificate {
        case .notAsked: return
        case .asked(let authority): trusted = authority
        case .demanded(let authority):
            trusted = authority
            mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
        // Holds: the context is alive; the store counts its own reference to the certificate.
        let context = unsafe OpaquePointer(bitPattern: bits)
        let root = unsafe trusted.certificate.certificate.pointer
        unsafe SSL_CTX_set_verify(context, mode, nil)
        guard unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root) == 1,
            unsafe SSL_CTX_add_client_CA(context, root) == 1
        else { throw TestTLSError("trust clients") }
    }
}
