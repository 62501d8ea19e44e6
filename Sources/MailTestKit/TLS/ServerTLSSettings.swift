/// How a server for tests speaks TLS.
///
/// It refuses nothing by itself: weak keys, old digests and old ciphers are the client's to refuse.
public struct ServerTLSSettings: Sendable {
    /// Whether clients show a certificate.
    public enum ClientCertificate: Sendable {
        /// They are not asked for one.
        case notAsked
        /// They are asked for one, and may have none; what they show is held against the authority.
        case asked(TestCertificateAuthority)
        /// They must show one of the authority's.
        case demanded(TestCertificateAuthority)
    }

    /// How sessions are resumed.
    public enum Resumption: Sendable, Hashable {
        /// Not at all.
        case none
        /// By tickets, so many a handshake under TLS 1.3.
        case tickets(TicketKey, count: Int)
        /// By what this one server remembers: session identifiers of TLS 1.2.
        case remembered
    }

    /// How what the server's TLS writes goes onto the wire.
    public enum Delivery: Sendable, Hashable {
        /// As it is.
        case whole
        /// In pieces of so many octets, with a pause behind each.
        case pieces(octets: Int, pause: Duration)
        /// Nothing any more behind so many octets.
        case stalls(after: Int)
        /// The end of the stream behind so many octets.
        case closes(after: Int)
        /// A TCP reset behind so many octets.
        case resets(after: Int)
    }

    /// The versions it speaks.
    public var versions: ClosedRange<ServerIdentity.Version>
    /// The cipher suites up to TLS 1.2, in OpenSSL's notation; nil for OpenSSL's choice.
    public var cipherList: String?
    /// The cipher suites of TLS 1.3, in OpenSSL's notation; nil for OpenSSL's choice.
    public var cipherSuites: String?
    /// The groups for key exchange, in OpenSSL's notation; nil for OpenSSL's choice.
    public var groups: String?
    /// The application protocols it knows (RFC 7301), the best first; empty for a server that does not know ALPN.
    public var applicationProtocols: [String] = []
    /// The application protocol it selects even where the client did not offer it; nil for a server that keeps the rules.
    public var forcedApplicationProtocol: String?
    /// The OCSP response it staples for clients that ask; nil for none. Any octets will do.
    public var staple: [UInt8]?
    /// Whether clients show a certificate.
    public var clientCertificate = ClientCertificate.notAsked
    /// How sessions are resumed; not at all by default.
    public var resumption = Resumption.none
    /// Whether it sends the authorities between its certificate and the root.
    public var sendsIntermediates = true
    /// The fatal alert it answers every handshake with (RFC 8446 §6.2); nil to handshake.
    public var alert: UInt8?
    /// Whether somebody between the client and the server takes TLS 1.3 out of what the client offers.
    public var hidesTLS13FromItself = false
    /// How what it writes goes onto the wire.
    public var delivery = Delivery.whole

    /// A server that speaks `versions`.
    public init(versions: ClosedRange<ServerIdentity.Version> = .tls12 ... .tls13) {
        self.versions = versions
    }

    /// These settings with a change.
    public func with(_ change: (inout ServerTLSSettings) -> Void) -> ServerTLSSettings {
        var changed = self
        change(&changed)
        return changed
    }
}
