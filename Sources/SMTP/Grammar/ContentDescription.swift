/// What is known of a message before its first octet is sent.
public struct ContentDescription: Sendable, Hashable {
    /// Which octets the body may hold (RFC 6152 §2).
    public enum Body: Sendable, Hashable {
        /// None above 127: no extension is needed; one that turns up all the same ends the connection.
        case sevenBit
        /// Some above 127: sent under 8BITMIME, refused where the server does not offer it.
        case eightBit
        /// Not known yet: sent under 8BITMIME where it is offered; elsewhere as `sevenBit`.
        case undetermined
    }

    /// The number of octets with every line end as CRLF, dots not doubled (RFC 1870 §3); nil where it is not known.
    public var size: UInt64?
    /// Which octets the body may hold.
    public var body: Body
    /// Whether a header field holds UTF-8, so that SMTPUTF8 is needed (RFC 6531 §3.4).
    public var hasInternationalizedHeader: Bool

    /// A description of a message.
    public init(size: UInt64? = nil, body: Body = .undetermined, hasInternationalizedHeader: Bool = false) {
        self.size = size
        self.body = body
        self.hasInternationalizedHeader = hasInternationalizedHeader
    }
}
