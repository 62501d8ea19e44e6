import COpenSSL
import Glibc
import Octets

/// The roots and revocation lists of a configuration, read once for all connections that have it.
///
/// All is read before a handshake begins: OpenSSL's own look-up in a folder would read files on the event loop.
final class TrustStore: Sendable {
    /// What a store is made from.
    struct Recipe: Sendable, Hashable {
        let roots: TrustedRoots
        let lists: [RevocationPolicy.ListSource]
        let scope: RevocationPolicy.Scope
    }

    let recipe: Recipe
    /// The files that were read, as they were then.
    let stamps: [FileStamp]
    private let bits: UInt

    /// Reads what `recipe` names; blocks.
    init(_ recipe: Recipe) throws(TransportError) {
        // What can throw comes before the store: an object that is not whole frees nothing.
        var reading = Reading()
        for source in recipe.roots.sources { try reading.add(source) }
        for source in recipe.lists { try reading.add(source) }
        // Holds: the store is freed in deinit alone, and counts what is added to it.
        guard let store = unsafe X509_STORE_new() else {
            throw TransportError(.tlsFailed, during: "TLS set-up", OpenSSLErrors.takeText())
        }
        self.recipe = recipe
        bits = UInt(bitPattern: store)
        for root in reading.roots { unsafe X509_STORE_add_cert(store, root.pointer) }
        for list in reading.lists { unsafe X509_STORE_add_crl(store, list.pointer) }
        // Any certificate that the caller trusts may be a chain's end, not only one that signs itself.
        var flags = UInt(X509_V_FLAG_PARTIAL_CHAIN) | UInt(X509_V_FLAG_TRUSTED_FIRST)
        if !reading.lists.isEmpty {
            flags |= UInt(X509_V_FLAG_CRL_CHECK)
            if recipe.scope == .chain { flags |= UInt(X509_V_FLAG_CRL_CHECK_ALL) }
        }
        unsafe X509_STORE_set_flags(store, flags)
        ERR_clear_error()
        stamps = reading.stamps
    }

    deinit {
        unsafe X509_STORE_free(pointer)
    }

    /// The store, valid as long as this object; OpenSSL's own locks guard it.
    @unsafe var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: bits) }
}

extension TrustStore {
    /// What has been read so far.
    private struct Reading {
        var roots: [CertificateReference] = []
        var lists: [RevocationListReference] = []
        var stamps: [FileStamp] = []

        mutating func add(_ source: TrustedRoots.Source) throws(TransportError) {
            switch source {
            case .memory(let given):
                guard let found = CertificateReader.certificates(in: given.octets) else {
                    throw Self.nothing("certificate", in: "memory")
                }
                roots += found
            case .file(let path):
                let (octets, stamp) = try SettingsFile.read(path, or: .trustStoreUnreadable)
                stamps.append(stamp)
                guard let found = CertificateReader.certificates(in: octets) else {
                    throw Self.nothing("certificate", in: path)
                }
                roots += found
            case .folder(let path):
                guard addFolder(path) else { throw Self.nothing("certificate", in: path) }
            case .system:
                try addSystem()
            }
        }

        mutating func add(_ source: RevocationPolicy.ListSource) throws(TransportError) {
            switch source.source {
            case .memory(let given):
                guard let found = CertificateReader.revocationLists(in: given.octets) else {
                    throw Self.nothing("revocation list", in: "memory")
                }
                lists += found
            case .file(let path):
                let (octets, stamp) = try SettingsFile.read(path, or: .trustStoreUnreadable)
                stamps.append(stamp)
                guard let found = CertificateReader.revocationLists(in: octets) else {
                    throw Self.nothing("revocation list", in: path)
                }
                lists += found
            }
        }

        /// Adds what a folder has, but for files that cannot be read as certificates; false where that is nothing.
        private mutating func addFolder(_ path: String) -> Bool {
            stamps.append(FileStamp(path))
            guard let names = SettingsFile.names(in: path, limit: maximumFiles) else { return false }
            let hashed = names.filter(Self.isHash)
            var foundAny = false
            for name in hashed.isEmpty ? names : hashed {
                let file = "\(path)/\(name)"
                guard let (octets, stamp) = try? SettingsFile.read(file, or: .trustStoreUnreadable, limit: 1 << 20)
                else {
                    continue
                }
                stamps.append(stamp)
                guard let found = CertificateReader.certificates(in: octets) else { continue }
                roots += found
                foundAny = true
            }
            return foundAny
        }

        /// What OpenSSL's own set-up would look into: a file and folders, by the environment or as it was built.
        private mutating func addSystem() throws(TransportError) {
            // Holds: OpenSSL gives static texts; the environment's text is copied at once.
            let file = unsafe Self.setting(X509_get_default_cert_file_env(), or: X509_get_default_cert_file())
            let folders = unsafe Self.setting(X509_get_default_cert_dir_env(), or: X509_get_default_cert_dir())
            var foundAny = false
            stamps.append(FileStamp(file))
            if let (octets, _) = try? SettingsFile.read(file, or: .trustStoreUnreadable),
                let found = CertificateReader.certificates(in: octets)
            {
                roots += found
                foundAny = true
            }
            for folder in folders.split(separator: ":") where addFolder(String(folder)) { foundAny = true }
            guard foundAny else { throw Self.nothing("certificate", in: "\(file) or \(folders)") }
        }

        @unsafe private static func setting(_ name: UnsafePointer<CChar>?, or other: UnsafePointer<CChar>?) -> String {
            // A program with more rights than its caller must not trust whom the caller names.
            let isTrusted = getuid() == geteuid() && getgid() == getegid()
            // Holds: the caller gives NUL-terminated texts.
            if isTrusted, let name = unsafe name, let value = unsafe getenv(name) {
                return unsafe String(cString: value)
            }
            return unsafe other.map { unsafe String(cString: $0) } ?? ""
        }

        /// Eight hexadecimal digits, a dot and a number.
        private static func isHash(_ name: String) -> Bool {
            let octets = Array(name.utf8)
            return octets.count > 9 && octets[8] == ASCII.dot && octets[..<8].allSatisfy { $0.hexadecimalValue != nil }
                && octets[9...].allSatisfy(\.isDigit)
        }

        private static func nothing(_ what: String, in place: String) -> TransportError {
            TransportError(
                .trustStoreUnreadable, during: "TLS set-up",
                "no \(what) could be read from \(place.escapedForDisplay), or one there is broken")
        }

        private var maximumFiles: Int { 10_000 }
    }
}
