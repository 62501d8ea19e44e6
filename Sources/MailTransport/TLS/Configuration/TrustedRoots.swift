/// The certificates that a server's chain may end in.
///
/// Most are authorities at the top of a chain, but any certificate can be given: an authority in between, or the server's own.
/// Several sources are trusted together with `+`, such as `.system + .file("/etc/mail/company.pem")`.
public struct TrustedRoots: Sendable, Hashable {
    enum Source: Sendable, Hashable {
        case system
        case file(String)
        case folder(String)
        case memory(GivenOctets)
    }

    let sources: [Source]

    private init(_ sources: [Source]) {
        self.sources = sources
    }

    /// The system's trust store, where OpenSSL has it: a file and a folder that `SSL_CERT_FILE` and `SSL_CERT_DIR` can name.
    ///
    /// It is read once, and looked at again for changes at most once a minute.
    public static let system = TrustedRoots([.system])

    /// The certificates in a file, in PEM or DER. It is read anew when it has changed.
    public static func file(_ path: String) -> TrustedRoots { TrustedRoots([.file(path)]) }

    /// The certificates in a folder, in PEM or DER. It is read anew when it has changed.
    ///
    /// Where some files are named by their subject's hash, as `openssl rehash` does, those count alone; otherwise all do that hold a
    /// certificate. At most 10,000.
    public static func folder(_ path: String) -> TrustedRoots { TrustedRoots([.folder(path)]) }

    /// The certificates in `octets`, in PEM or DER, one behind the other.
    public static func memory(_ octets: [UInt8]) -> TrustedRoots { TrustedRoots([.memory(GivenOctets(octets))]) }

    /// What either has.
    public static func + (left: TrustedRoots, right: TrustedRoots) -> TrustedRoots {
        TrustedRoots(left.sources + right.sources)
    }
}
