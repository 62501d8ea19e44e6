import COpenSSL
import Octets

/// OpenSSL's settings for many connections, made from a configuration once: reading a trust store takes milliseconds and disk.
final class TLSContext: Sendable {
    /// The configuration, without a server's name.
    let configuration: TLSConfiguration
    /// Whom to trust; nil where nobody is verified by a chain.
    let store: TrustStore?
    /// Sessions to be resumed; nil where none is to be.
    let sessions: SessionCache?
    /// The files that were read, as they were then.
    let stamps: [FileStamp]
    private let keyLog: KeyLog?
    /// The bits of the SSL_CTX pointer, whose one owner this object is. OpenSSL's own locks guard what is behind it.
    private let bits: UInt

    /// Reads what `configuration` names, but for the roots where `known` has them; blocks.
    init(_ configuration: TLSConfiguration, known: TrustStore?) throws(TransportError) {
        try Self.validate(configuration)
        // Holds: the pointer is freed in deinit alone; OpenSSL's calls return NULL or a valid object.
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw TransportError(.tlsFailed, during: "TLS set-up", OpenSSLErrors.takeText())
        }
        bits = UInt(bitPattern: context)
        self.configuration = configuration
        // Nothing may throw before all is set: an object that is not whole frees nothing.
        do throws(TransportError) {
            if configuration.verification == .full {
                store = if let known { known } else { try TrustStore(configuration.trustRecipe) }
            } else {
                store = nil
            }
            keyLog = try configuration.insecureKeyLogFile.map { path throws(TransportError) in try KeyLog(path) }
            unsafe try TLSContextSettings(configuration).apply(to: context)
            let identityStamps = unsafe try configuration.identity?.install(in: context) ?? []
            stamps = (store?.stamps ?? []) + identityStamps
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        sessions = configuration.resumesSessions ? SessionCache() : nil
        if let store { unsafe SSL_CTX_set1_cert_store(context, store.pointer) }
        unsafe TLSSession.installCallbacks(in: context, for: configuration)
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

    /// Adds a line to the key log, where there is one.
    func logKeys(_ line: String) {
        keyLog?.add(line)
    }

    private static func validate(_ configuration: TLSConfiguration) throws(TransportError) {
        if configuration.minimumVersion == .tls13, configuration.maximumVersion == .tls12 {
            throw invalid("the lowest version is above the highest")
        }
        if configuration.verification == .pinnedKeyAlone, configuration.pins.isEmpty {
            throw invalid("a pinned key alone is asked for, and none is pinned")
        }
        if configuration.algorithms.cipherSuites == [] || configuration.algorithms.cipherSuitesOfTLS12 == []
            || configuration.algorithms.groups == []
        {
            throw invalid("an empty list of cipher suites or groups leaves nothing to use")
        }
        for name in configuration.applicationProtocols where !(1...255).contains(name.utf8.count) {
            throw invalid("an application protocol has 1 to 255 octets, not \(name.utf8.count) (RFC 7301 §3.1)")
        }
        if configuration.applicationProtocols.reduce(0, { $0 + $1.utf8.count + 1 }) > 65_535 {
            throw invalid("the application protocols have more than 65,535 octets (RFC 7301 §3.1)")
        }
    }

    /// The error for settings that cannot be used.
    static func invalid(_ words: String) -> TransportError {
        TransportError(.tlsSettingsInvalid, during: "TLS set-up", words)
    }
}

extension TLSConfiguration {
    /// What decides the trust store.
    var trustRecipe: TrustStore.Recipe {
        TrustStore.Recipe(roots: roots, lists: revocation.lists, scope: revocation.scope)
    }
}
