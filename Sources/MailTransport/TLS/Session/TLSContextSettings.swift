import COpenSSL
import Octets

/// A configuration in OpenSSL's terms.
struct TLSContextSettings {
    private let configuration: TLSConfiguration

    init(_ configuration: TLSConfiguration) {
        self.configuration = configuration
    }

    /// Sets `context` up, whatever the system's own settings of OpenSSL say.
    @unsafe func apply(to context: OpaquePointer) throws(TransportError) {
        ERR_clear_error()
        // Holds: the context is the caller's; what is set is copied by OpenSSL.
        unsafe SSL_CTX_set_security_level(context, configuration.algorithms.strength.level)
        unsafe mailwire_SSL_CTX_set_min_proto_version(context, configuration.minimumVersion.number)
        unsafe mailwire_SSL_CTX_set_max_proto_version(context, configuration.maximumVersion.number)
        // A moved buffer is what a growing output queue is; released ones are what idle connections want.
        unsafe mailwire_SSL_CTX_set_mode(
            context,
            Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
                | Int(SSL_MODE_RELEASE_BUFFERS))
        var options = Option.noRenegotiation | Option.noCompression
        if !configuration.resumesSessions { options |= Option.noTicket }
        unsafe SSL_CTX_set_options(context, options)
        unsafe mailwire_SSL_CTX_set_max_cert_list(context, max(configuration.limits.certificateOctets, 0))
        unsafe SSL_CTX_set_verify_depth(context, Int32(clamping: max(configuration.limits.intermediates, 0)))
        unsafe try chooseSuites(context)
        unsafe try chooseGroups(context)
        unsafe try offerProtocols(context)
    }

    // MARK: Algorithms

    @unsafe private func chooseSuites(_ context: OpaquePointer) throws(TransportError) {
        // OpenSSL leaves out what it does not know: each is tried alone first.
        if let suites = configuration.algorithms.cipherSuites {
            for suite in suites {
                guard Self.isName(suite), unsafe SSL_CTX_set_ciphersuites(context, suite) == 1 else {
                    throw unknown(suite)
                }
            }
            unsafe SSL_CTX_set_ciphersuites(context, suites.joined(separator: ":"))
        }
        var names: [String] = []
        for suite in configuration.algorithms.cipherSuitesOfTLS12 ?? [] {
            let name = Self.isName(suite) ? Self.openSSLName(of: suite) : nil
            guard let name, unsafe SSL_CTX_set_cipher_list(context, name) == 1 else { throw unknown(suite) }
            names.append(name)
        }
        let list = names.isEmpty ? TLSAlgorithms.defaultSuitesOfTLS12 : names.joined(separator: ":")
        guard unsafe SSL_CTX_set_cipher_list(context, list) == 1 else {
            throw TLSContext.invalid("OpenSSL does not take the cipher suites: \(OpenSSLErrors.takeText())")
        }
        if configuration.maximumVersion == .tls13 {
            unsafe try requireUsable(configuration.algorithms.cipherSuites ?? [], context)
        }
        if configuration.minimumVersion == .tls12 { unsafe try requireUsable(names, context) }
    }

    /// OpenSSL also leaves out, but later, what is too weak.
    @unsafe private func requireUsable(_ names: [String], _ context: OpaquePointer) throws(TransportError) {
        guard !names.isEmpty else { return }
        // Holds: session and list are freed here; the suites in it are static.
        guard let session = unsafe SSL_new(context) else { throw TLSContext.invalid(OpenSSLErrors.takeText()) }
        defer { unsafe SSL_free(session) }
        let list = unsafe SSL_get1_supported_ciphers(session)
        defer { unsafe OPENSSL_sk_free(list) }
        let usable = (0..<max(unsafe OPENSSL_sk_num(list), 0)).compactMap { index in
            unsafe OPENSSL_sk_value(list, index).map {
                unsafe String(cString: SSL_CIPHER_get_name(OpaquePointer($0)))
            }
        }
        for name in names where !usable.contains(name) { throw unknown(name) }
    }

    /// OpenSSL's name for a suite of TLS 1.2, given that or the RFC's; nil for one it does not know.
    private static func openSSLName(of suite: String) -> String? {
        // Holds: the name is NUL-terminated for the call; what comes back is static.
        let name = unsafe String(cString: OPENSSL_cipher_name(suite))
        return name == "(NONE)" ? (suite.hasPrefix("TLS_") ? nil : suite) : name
    }

    @unsafe private func chooseGroups(_ context: OpaquePointer) throws(TransportError) {
        guard let groups = configuration.algorithms.groups else { return }
        for group in groups where !Self.isName(group) { throw unknown(group) }
        guard unsafe mailwire_SSL_CTX_set1_groups_list(context, groups.joined(separator: ":")) == 1 else {
            ERR_clear_error()
            throw TLSContext.invalid(
                "a group is not known to OpenSSL: \(groups.joined(separator: ", ").escapedForDisplay)")
        }
    }

    /// Whether `name` can be nothing but one name: OpenSSL's lists have a language of their own.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.first?.isAlpha == true
            && name.utf8.allSatisfy { $0.isAlpha || $0.isDigit || $0 == ASCII.hyphen || $0 == UInt8(ascii: "_") }
    }

    private func unknown(_ name: String) -> TransportError {
        ERR_clear_error()
        return TLSContext.invalid("OpenSSL does not know \(name.escapedForDisplay), or not at this strength")
    }

    // MARK: Application protocols

    @unsafe private func offerProtocols(_ context: OpaquePointer) throws(TransportError) {
        guard !configuration.applicationProtocols.isEmpty else { return }
        let list = configuration.applicationProtocols.flatMap { [UInt8(clamping: $0.utf8.count)] + Array($0.utf8) }
        // Unlike all others, this one gives 0 for success.
        guard unsafe SSL_CTX_set_alpn_protos(context, list, UInt32(clamping: list.count)) == 0 else {
            throw TLSContext.invalid("the application protocols cannot be offered: \(OpenSSLErrors.takeText())")
        }
    }

    /// OpenSSL spells these in a macro that Swift does not read.
    private enum Option {
        static let noTicket = UInt64(1) << 14
        static let noCompression = UInt64(1) << 17
        static let noRenegotiation = UInt64(1) << 30
    }
}

extension TLSConfiguration.Version {
    /// The number on the wire.
    var number: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
