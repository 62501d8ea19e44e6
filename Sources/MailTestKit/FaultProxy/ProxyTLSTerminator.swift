internal import COpenSSL
internal import Octets

/// Makes the TLS sessions of a proxy that terminates TLS.
final class ProxyTLSTerminator: Sendable {
    private let identity: ServerIdentity
    /// The bits of the SSL_CTX for the server's side, which is not changed any more; 0 where that side has no TLS.
    private let bits: UInt
    private let name: String

    /// Sessions as `identity` towards clients, and as `security` says towards a server that is called `host`.
    init(_ identity: ServerIdentity, _ security: FaultProxy.ServerSecurity, host: String) throws(FaultProxyError) {
        self.identity = identity
        guard case .tls(let trust, let given) = security else {
            bits = 0
            name = host
            return
        }
        name = given ?? host
        guard !name.isEmpty, !name.utf8.contains(0) else { throw FaultProxyError("the server needs a name for TLS") }
        // Holds: the context is freed in deinit alone.
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw Self.failure("set TLS up") }
        bits = UInt(bitPattern: context)
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        // The server's own certificate may be what is trusted.
        unsafe X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        switch trust {
        case .systemRoots:
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw Self.failure("find trusted roots")
            }
        case .certificates(let pem):
            let certificates: [Certificate]
            do throws(TestTLSError) {
                certificates = try Certificate.all(inPEM: pem)
            } catch {
                throw FaultProxyError("cannot \(error)")
            }
            for certificate in certificates {
                // Holds: the store counts its own reference.
                guard unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.pointer) == 1 else {
                    throw Self.failure("trust a certificate")
                }
            }
        }
    }

    deinit {
        // Holds: sessions count the context themselves; NULL is passed over.
        unsafe SSL_CTX_free(OpaquePointer(bitPattern: bits))
    }

    private static func failure(_ activity: String) -> FaultProxyError {
        FaultProxyError("cannot \(activity): \(TestTLSError.reasons())")
    }

    /// A session that handshakes with a client; one that fails at once where OpenSSL has no memory.
    func makeClientSide() -> ProxyTLSSession {
        unsafe ProxyTLSSession(identity.makeSession(), isServer: true)
    }

    /// A session that handshakes with the server; nil where that is spoken to without TLS.
    func makeServerSide() -> ProxyTLSSession? {
        guard bits != 0 else { return nil }
        // Holds: the context lives as long as this object, and the session counts it.
        let session = unsafe SSL_new(OpaquePointer(bitPattern: bits))
        let parameters = unsafe SSL_get0_param(session)
        if unsafe session != nil, unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) != 1 {
            unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
            // A name that could not be set would be one that nobody checks.
            guard unsafe X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count) == 1,
                unsafe mailwire_SSL_set_tlsext_host_name(session, name) == 1
            else {
                unsafe SSL_free(session)
                return unsafe ProxyTLSSession(nil, isServer: false)
            }
        }
        return unsafe ProxyTLSSession(session, isServer: false)
    }
}
