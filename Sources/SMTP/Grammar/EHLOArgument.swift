public import Octets

/// What a client calls itself in EHLO and HELO: a domain, or its address as a literal (RFC 5321 §4.1.1.1).
///
/// ```
/// ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
/// ```
public struct EHLOArgument: Sendable, Hashable, CustomStringConvertible {
    /// The argument as it is sent; ASCII alone.
    public let text: String

    /// The argument `text`.
    ///
    /// - Throws: where it is neither a domain in A-label form nor an address literal in brackets.
    public init(_ text: String) throws(GrammarError) {
        let octets = Array(text.utf8)
        var cursor = OctetCursor(octets.span)
        if cursor.peek == 0x5B {
            try AddressLiteral.addressLiteral(&cursor)
        } else {
            try DomainName.domain(&cursor)
        }
        guard cursor.isAtEnd else { throw GrammarError(rule: "ehlo", offset: cursor.position, in: octets.span) }
        if let offset = octets.firstIndex(where: { $0 >= 0x80 }) {
            // SMTPUTF8 is not known of before EHLO was answered (RFC 6531 §3.7.1).
            throw GrammarError(rule: "Domain", offset: offset, in: octets.span)
        }
        self.text = text
    }

    /// The literal of an IPv4 or IPv6 address written as text, `192.0.2.1` or `2001:db8::1`; a zone (`%eth0`) is left
    /// out.
    ///
    /// - Throws: where `address` is not the text of an address.
    public init(address: String) throws(GrammarError) {
        let bare = address.prefix { $0 != "%" }
        try self.init(bare.utf8.contains(0x3A) ? "[IPv6:\(bare)]" : "[\(bare)]")
    }

    private init(known text: String) {
        self.text = text
    }

    /// The loopback address: what is left to say where the socket's own address is not known.
    static let loopback = EHLOArgument(known: "[127.0.0.1]")

    /// The argument as it is sent.
    public var description: String { text }
}
