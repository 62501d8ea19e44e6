/// How much a server may send before it is taken for broken or hostile.
public struct SMTPLimits: Sendable, Hashable {
    /// The most octets in one line of a reply, its end not counted; 65,536 by default (RFC 5321 §4.5.3.1.5 asks for
    /// 512).
    public var replyLineLength = 65_536
    /// The most lines in one reply; 128 by default.
    public var replyLines = 128
    /// The most octets in a SASL challenge, in Base64; 12,288 by default (RFC 4954 §4).
    public var challengeLength = 12_288

    /// The defaults.
    public init() {}
}
