/// How it is found out whether a certificate was revoked.
public struct RevocationPolicy: Sendable, Hashable {
    /// What a server has to staple: the authority's signed word that its certificate is good (RFC 6066 §8, RFC 6960).
    public enum Stapling: Sendable, Hashable {
        /// It is asked for. What is stapled must hold, and it must be stapled where the certificate says so (RFC 7633).
        case whereOffered
        /// It must be stapled by every server.
        case required
        /// It is neither asked for nor looked at, not even where the certificate demands it.
        case insecureIgnored
    }

    /// Which certificates revocation lists are asked about.
    public enum Scope: Sendable, Hashable {
        /// The server's own.
        case server
        /// Every certificate of the chain, so that the list of each authority in it has to be there.
        case chain
    }

    /// A source of revocation lists, in PEM or DER, one or more.
    public struct ListSource: Sendable, Hashable {
        enum Source: Sendable, Hashable {
            case file(String)
            case memory(GivenOctets)
        }

        let source: Source

        /// The lists in a file. It is read anew when it has changed.
        public static func file(_ path: String) -> ListSource { ListSource(source: .file(path)) }

        /// The lists in `octets`.
        public static func memory(_ octets: [UInt8]) -> ListSource { ListSource(source: .memory(GivenOctets(octets))) }
    }

    /// What the server has to staple; it is asked for, and must hold where it comes, by default.
    public var stapling = Stapling.whereOffered
    /// Revocation lists (RFC 5280 §5); none by default. Where some are given, a certificate whose authority's list is missing,
    /// out of date or badly signed is refused.
    public var lists: [ListSource] = []
    /// Which certificates the lists are asked about; the server's own by default.
    public var scope = Scope.server

    /// The defaults.
    public init() {}
}
