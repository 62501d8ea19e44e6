import COpenSSL
import Octets

/// OpenSSL's settings for many connections, made from a configuration once: reading a trust store takes milliseconds and disk.
final class TLSContext: Sendable {
    /// The bits of the SSL_CTX pointer, whose one owner this object is. OpenSSL's own locks guard what is behind it.
    private let bits: UInt

    private static let known = Lock<[TLSConfiguration: TLSContext]>([:])

    /// The context for `configuration`, made off the loop where it is not known yet.
    static func context(
        for configuration: TLSConfiguration, within limit: Duration, on loop: EventLoop
    ) async throws(TransportError) -> TLSContext {
        var key = configuration
        key.serverName = nil
        if let known = known.withLock({ $0[key] }) { return known }
        let reply = SharedReply<TLSContext>()
        let wanted = key
        BlockingWork.run {
            let made = Result { () throws(TransportError) in try TLSContext(wanted) }
            if case .success(let context) = made, wanted.roots == .system { known.withLock { $0[wanted] = context } }
            reply.resolve(made)
        } refused: { error in
            reply.resolve(.failure(error))
        }
        return try await reply.value(during: "read the trust store", within: limit, on: loop).get()
    }

    /// Reads the trust store; blocks.
    private init(_ configuration: TLSConfiguration) throws(TransportError) {
        // Holds: the pointer is freed in deinit alone; OpenSSL's calls return NULL or a valid object.
        guard let pointer = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw TransportError(.tlsFailed, during: "TLS set-up", OpenSSLErrors.takeText())
        }
        bits = UInt(bitPattern: pointer)
        let version = configuration.minimumVersion == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        unsafe mailwire_SSL_CTX_set_min_proto_version(pointer, version)
        // A moved buffer is what a growing output queue is; released ones are what idle connections want.
        unsafe mailwire_SSL_CTX_set_mode(
            pointer,
            Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
                | Int(SSL_MODE_RELEASE_BUFFERS))
        unsafe SSL_CTX_set_options(pointer, UInt64(1) << 30 /* SSL_OP_NO_RENEGOTIATION */)
        switch (configuration.verification, configuration.roots) {
        case (.insecureNone, _):
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
        case (.full, .system):
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw TransportError(.trustStoreUnreadable, during: "TLS set-up", OpenSSLErrors.takeText())
            }
        case (.full, .file(let path)):
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
            guard unsafe SSL_CTX_load_verify_file(pointer, path) == 1 else {
                throw TransportError(
                    .trustStoreUnreadable, during: "TLS set-up",
                    "no certificate could be read from \(path.escapedForDisplay): \(OpenSSLErrors.takeText())")
            }
        }
    }

    deinit {
        unsafe SSL_CTX_free(OpaquePointer(bitPattern: bits))
    }

    /// A new session of these settings, owned by the caller.
    @unsafe func makeSession() throws(TransportError) -> OpaquePointer {
        // Holds: the context is alive, and the session keeps what it needs alive by a count of its own.
        guard let session = unsafe SSL_new(OpaquePointer(bitPattern: bits)) else {
            throw TransportError(.tlsFailed, during: "TLS set-up", OpenSSLErrors.takeText())
        }
        return unsafe session
    }
}
